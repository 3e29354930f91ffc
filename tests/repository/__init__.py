"""What must hold for the checkout itself: sizes, locks, documents. Not run against the wheel."""
