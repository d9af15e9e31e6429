"""What holds for every test: a property has no deadline, for a busy machine makes no program wrong."""

from hypothesis import settings

settings.register_profile("handslag", deadline=None)
settings.load_profile("handslag")
