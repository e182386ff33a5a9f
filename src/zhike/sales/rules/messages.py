"""Why an order or a line was not taken: code → English message id."""

from __future__ import annotations

MESSAGES = {
    "zero_price": "The price is zero: not a purchase.",
    "negative_price": "The price is negative: a booking, not a purchase.",
    "zero_quantity": "The quantity is zero.",
    "order_of_two_customers": "Order %(number)s names customer %(first)s on another line.",
    "order_elsewhere": (
        "Order %(number)s is already kept with a customer outside your teams. Ask an administrator."
    ),
    "unknown_customer": "There is no customer %(number)s.",
    "unknown_seller": "There is no member of staff with the login %(login)s.",
    "unknown_product": "There is no product %(code)s.",
    "no_exchange_rate": "The order is in %(currency)s, the firm counts in %(firm)s: map an exchange rate.",
}
