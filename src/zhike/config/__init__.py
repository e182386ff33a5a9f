"""Settings, URLs, the API root and middleware: the top of the house."""
