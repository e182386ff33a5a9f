"""Python side of the components; templates reach them through ``{% load ui %}``."""
