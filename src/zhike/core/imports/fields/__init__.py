"""Field types of imports: the text of a cell becomes a value, or a problem, never an exception."""

from zhike.core.imports.fields.base import (
    Boolean,
    Choice,
    Field,
    FieldType,
    Identifier,
    Parser,
    ParseSpec,
    Tags,
    Text,
    clean,
)
from zhike.core.imports.fields.contacts import Email, NationalId, Phone
from zhike.core.imports.fields.dates import Date, DateTime, LunarDay
from zhike.core.imports.fields.numbers import Integer, Number, Scaled

__all__ = [
    "Boolean",
    "Choice",
    "Date",
    "DateTime",
    "Email",
    "Field",
    "FieldType",
    "Identifier",
    "Integer",
    "LunarDay",
    "NationalId",
    "Number",
    "ParseSpec",
    "Parser",
    "Phone",
    "Scaled",
    "Tags",
    "Text",
    "clean",
]
