from hypothesis import settings

# The first example of a test may load a dictionary; speed has tests of its own.
settings.register_profile("zhike", deadline=None)
settings.load_profile("zhike")
