export const useLocation = () => location;
