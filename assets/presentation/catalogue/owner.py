"""Who publishes the data set, as `data/catalogue.yaml` says."""

import datetime as dt
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import StringConstraints

from assets.storage.yaml_files import StrictModel, load_yaml
from schemas.errors import DataRefused, at_line

FILE: Final = "catalogue.yaml"

_Name = Annotated[str, StringConstraints(pattern=r"^\S(.*\S)?$")]
PublisherType = Literal[
    "Academia-ScientificOrganisation",
    "Company",
    "IndustryConsortium",
    "LocalAuthority",
    "NationalAuthority",
    "NonGovernmentalOrganisation",
    "NonProfitOrganisation",
    "PrivateIndividual(s)",
    "RegionalAuthority",
    "StandardisationBody",
    "SupraNationalAuthority",
]


class BothLanguages(StrictModel):
    """A name in Swedish and English."""

    sv: _Name
    en: _Name


class Publisher(StrictModel):
    """Who answers for the data set being available; `type` is from the ADMS list that DCAT-AP-SE prescribes."""

    name: BothLanguages
    type: PublisherType
    organisation_number: Annotated[str, StringConstraints(pattern=r"^[0-9]{10}$")] | None


class Contact(StrictModel):
    """Whom to write to. Without an e-mail address a contact point is not valid, and none is stated."""

    name: _Name
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s<>\"]+@[^@\s<>\"]+\.[^@\s<>\".]+$")] | None


class Owner(StrictModel):
    """The whole file. `base_url` is where the version lies on the web; None leaves addresses relative."""

    base_url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s<>\"?#]+/$")] | None
    publisher: Publisher
    contact: Contact
    issued: dt.date | None


def read_owner(data: Path) -> Owner:
    """The owner as the folder `data` states it; `DataRefused` if it is missing or not as declared."""
    file = data / FILE
    if not file.is_file():
        raise DataRefused(at_line(file, None), "is not there", remedy="copy it from the repository and fill it in")
    return load_yaml(file, Owner)
