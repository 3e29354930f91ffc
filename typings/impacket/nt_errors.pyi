ERROR_MESSAGES: dict[int, tuple[str, str]]
