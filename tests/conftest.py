"""What all tests share: no example of a property has a time limit, since a busy machine proves nothing."""

from hypothesis import settings

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
