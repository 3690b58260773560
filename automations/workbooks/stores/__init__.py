"""Where an .xlsx file lies: opened safely, replaced only if nobody changed it, kept in earlier versions."""
