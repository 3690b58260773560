"""How a TabDoc looks: layout, formats, charts; shared by every backend that draws."""
