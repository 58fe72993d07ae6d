"""The form for the school stages of many children at once."""

from charity.web.kit.forms import BaseForm, CheckboxesField
from charity.web.kit.lazy import lazy as _l


class StagesForm(BaseForm):
    """One choice for each child, written as its reference and the stage; a child left open is asked about later."""

    said = CheckboxesField(_l("School stage"), validate_choice=False)

    def stages(self) -> dict[str, str]:
        """Give the stage said of each child."""
        pairs = (str(said).partition(":") for said in self.said.data or [])
        return {ref: stage for ref, _colon, stage in pairs if ref}
