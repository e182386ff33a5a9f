"""Tables of the customers slice."""

from zhike.customers.models.archive import ContactPoint, CustomerRelation, CustomerTag, SpecialDate, Tag
from zhike.customers.models.customer import Customer, CustomerRef
from zhike.customers.models.interactions import Interaction
from zhike.customers.models.scores import Score
from zhike.customers.models.views import SavedView

__all__ = [
    "ContactPoint",
    "Customer",
    "CustomerRef",
    "CustomerRelation",
    "CustomerTag",
    "Interaction",
    "SavedView",
    "Score",
    "SpecialDate",
    "Tag",
]
