//! Whether a query to a provider is compliant: rules QL01 to QL28, by the practice brief of ACDIS and AHIMA.
