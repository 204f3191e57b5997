// The content scripts' one name in their (isolated) world.
declare var chartside: any;
