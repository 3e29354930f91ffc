"""The derivations of exclusion lists, as rows of the table of all derivations."""

from __future__ import annotations

from fleetscan.facts.exclusions.etrust import etrust_installed, etrust_missing
from fleetscan.facts.exclusions.judged import (
    PRODUCTS,
    obsolete_exclusions,
    uncovered_by_product,
    uncovered_folders,
)
from fleetscan.facts.exclusions.lists import (
    defender_exclusions,
    mcafee_exclusions,
    officescan_exclusions,
    other_exclusions,
    symantec_exclusions,
)
from fleetscan.facts.exclusions.products import file_level_products, unreadable_products
from fleetscan.facts.exclusions.wanted import (
    exchange_folders,
    scanmail_7_folders,
    scanmail_folders,
    scanmail_further_folders,
    told_folders,
)
from fleetscan.model import Derivation, FactType

_BOOL, _STRING, _STRINGS, _VERSION = FactType.BOOL, FactType.STRING, FactType.STRINGS, FactType.VERSION
_SERVICE, _VALUES, _STAT, _TEXT = FactType.SERVICE, FactType.VALUES, FactType.STAT, FactType.TEXT
_LISTS = (_VALUES,) * len(PRODUCTS)
_EACH = ", ".join(PRODUCTS)

_WANTED = (
    Derivation(
        name="scanmail_folders",
        inputs=(_VERSION, _STAT, _VERSION, _STRING),
        result=_STRINGS,
        function=scanmail_folders,
        about="Folders that ScanMail works in: the file version of servPolicyController.dll in the default folder, "
        "that folder, ScanMail's version, CurrentVersion\\TempDir.",
    ),
    Derivation(
        name="scanmail_further_folders",
        inputs=(_VERSION, _STAT, _VERSION, _STAT, _STAT),
        result=_STRINGS,
        function=scanmail_further_folders,
        about="ScanMail's debug folder and the pool that it shares with Exchange: the file version of "
        "servPolicyController.dll in the default folder, that folder, ScanMail's version, SharedResPool, ShareResPool.",
    ),
    Derivation(
        name="scanmail_7_folders",
        inputs=(_STRINGS,),
        result=_STRINGS,
        function=scanmail_7_folders,
        about="Folders of ScanMail 7 that OfficeScan's option does not cover: those that ScanMail works in.",
    ),
    Derivation(
        name="exchange_folders",
        inputs=(_VERSION, _STRINGS, _STRING, _STRING, _TEXT),
        result=_STRINGS,
        function=exchange_folders,
        about="Folders that Exchange 2013 and later want left alone: the build, the roles, MsiInstallPath, the name of "
        "the database availability group, the text of EdgeTransport.exe.config.",
    ),
    Derivation(
        name="told_folders",
        inputs=(_STRING,),
        result=_STRINGS,
        function=told_folders,
        about="Folders that somebody told, taken apart: a text that joins them by pipes.",
    ),
)
_IN_FORCE = (
    Derivation(
        name="file_level_products",
        inputs=(_STRINGS,),
        result=_STRINGS,
        function=file_level_products,
        about="Products that run and scan files: the antivirus products.",
    ),
    Derivation(
        name="unreadable_products",
        inputs=(_STRINGS,),
        result=_STRINGS,
        function=unreadable_products,
        about="Products that run and keep their exclusions where they cannot be read: the antivirus products.",
    ),
    Derivation(
        name="defender_exclusions",
        inputs=(_SERVICE, _VALUES, _VALUES, _SERVICE, _STRING),
        result=_VALUES,
        function=defender_exclusions,
        about="What Microsoft Defender leaves alone while it runs: WinDefend, the local list, the policy's list, "
        "Sense, what the cloud policy excludes, joined by pipes.",
    ),
    Derivation(
        name="officescan_exclusions",
        inputs=(_SERVICE, _STRING, _STRING, _VERSION, _BOOL),
        result=_VALUES,
        function=officescan_exclusions,
        about="What an agent of Apex One, OfficeScan or Worry-Free leaves alone while it runs: ntrtscan, "
        "ExcludedFolder of the 64-bit and of the 32-bit view, ScanMail's version, the option for its maker's products.",
    ),
    Derivation(
        name="symantec_exclusions",
        inputs=(_SERVICE, *(_STRINGS,) * 4, _STRING),
        result=_VALUES,
        function=symantec_exclusions,
        about="What Symantec Endpoint Protection leaves alone while it runs: SepMasterService, the subkeys of Admin "
        "and Client, the same of the 32-bit view, the folders of its policy, joined by pipes.",
    ),
    Derivation(
        name="mcafee_exclusions",
        inputs=(_SERVICE, _SERVICE, _VALUES, _VALUES),
        result=_VALUES,
        function=mcafee_exclusions,
        about="What McAfee VirusScan Enterprise leaves alone while it runs: McShield, mfemms, the values of its key in "
        "the 64-bit and in the 32-bit view.",
    ),
    Derivation(
        name="other_exclusions",
        inputs=(_STRINGS, _STRING),
        result=_VALUES,
        function=other_exclusions,
        about="What products leave alone whose lists cannot be read: these products, their folders, joined by pipes.",
    ),
)
_JUDGED = (
    Derivation(
        name="uncovered_folders",
        inputs=(_STRINGS, _STRING, _STRING, _VALUES),
        result=_STRINGS,
        function=uncovered_folders,
        about="Wanted folders that a product's exclusions do not cover: the wanted folders, the folder of programs, "
        "the folder of Exchange, the exclusions.",
    ),
    Derivation(
        name="uncovered_by_product",
        inputs=(_STRINGS, _STRING, _STRING, *_LISTS),
        result=_STRINGS,
        function=uncovered_by_product,
        about="Wanted folders that the exclusions of a product do not cover, behind its name: the wanted folders, the "
        f"folder of programs, the folder of Exchange, the exclusions of {_EACH}.",
    ),
    Derivation(
        name="obsolete_exclusions",
        inputs=(_STRING, _STRING, *_LISTS, _VALUES),
        result=_STRINGS,
        function=obsolete_exclusions,
        about="Exclusions that Microsoft wants gone since February 2023, behind the product's name: the folder of "
        f"programs, the folder of Exchange, the exclusions of {_EACH}, the processes that Microsoft Defender excludes.",
    ),
    Derivation(
        name="etrust_installed",
        inputs=(_STRING,),
        variadic=True,
        result=_BOOL,
        function=etrust_installed,
        about="CA eTrust Antivirus is installed: one or more of its lists of exclusions, any of which shows it.",
    ),
    Derivation(
        name="etrust_missing",
        inputs=(*(_STRING,) * 7, _VERSION, _STRING),
        result=_STRINGS,
        function=etrust_missing,
        about="What the exclusions of CA eTrust Antivirus lack: szExcludeDirs of Realtime of 6.0 and 7.0, the same of "
        "Job, szExcludeProcessNames of both, DriveLetter, the build, the folders of the databases, joined by pipes.",
    ),
)

EXCLUSIONS = (*_WANTED, *_IN_FORCE, *_JUDGED)
"""What is wanted, what is in force, and the two held against each other."""
