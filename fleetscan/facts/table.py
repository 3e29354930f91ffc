"""Every derivation by name: the one place where a pack's ``derive:`` is looked up.

The order of the inputs is the contract with the packs; ``about`` says what each position is.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from fleetscan.facts.agents import enabled_transport_agents
from fleetscan.facts.antivirus import PRODUCTS, antivirus_products
from fleetscan.facts.arrivals import pattern_arrives
from fleetscan.facts.exchange import (
    exchange_build,
    exchange_cumulative_update,
    exchange_installed,
    exchange_last_update_missing,
    exchange_product,
    exchange_roles,
    exchange_security_update,
    exchange_support_ended,
    exchange_update_behind,
)
from fleetscan.facts.exclusions import EXCLUSIONS
from fleetscan.facts.legacy import scanmail_temp_threshold, scanmail_threads
from fleetscan.facts.place import ad_site, dag_name
from fleetscan.facts.scanmail import (
    scanmail_installed,
    scanmail_services,
    scanmail_small_business,
    scanmail_version,
)
from fleetscan.facts.services import exchange_services_stopped
from fleetscan.facts.tls import TLS
from fleetscan.facts.unfinished import SETUP_ROLES, exchange_setup_unfinished
from fleetscan.facts.windows import os_build, os_name
from fleetscan.model import Derivation, FactType

_BOOL, _INT, _STRING, _STRINGS, _VERSION = (
    FactType.BOOL,
    FactType.INT,
    FactType.STRING,
    FactType.STRINGS,
    FactType.VERSION,
)
_SERVICE, _SERVICES, _VALUES, _STAT, _NEWEST, _TEXT = (
    FactType.SERVICE,
    FactType.SERVICES,
    FactType.VALUES,
    FactType.STAT,
    FactType.NEWEST,
    FactType.TEXT,
)


_ROWS = (
    Derivation(
        name="exchange_build",
        inputs=(_INT,) * 13,
        result=_VERSION,
        function=exchange_build,
        about="Setup's build, at the level of the CU: MsiProductMajor, MsiProductMinor, MsiBuildMajor, MsiBuildMinor "
        "of v15, the same four of v14, the same four of v8.0, NewestBuild of Exchange\\Setup.",
    ),
    Derivation(
        name="exchange_installed",
        inputs=(_VERSION, _INT, _INT, _INT, _SERVICES),
        result=_BOOL,
        function=exchange_installed,
        about="Exchange is installed: the build, MsiProductMajor of v15, v14 and v8.0, and MSExchange*.",
    ),
    Derivation(
        name="exchange_product",
        inputs=(_VERSION,),
        result=_STRING,
        function=exchange_product,
        about="Exchange 5.5 to Exchange SE, from the build.",
    ),
    Derivation(
        name="exchange_cumulative_update",
        inputs=(_VERSION,),
        result=_STRING,
        function=exchange_cumulative_update,
        about="RTM, CU1 ... or service pack, from the build.",
    ),
    Derivation(
        name="exchange_security_update",
        inputs=(_VERSION, _VERSION),
        result=_STRING,
        function=exchange_security_update,
        about="Security or hotfix update: the build, and the file version of ExSetup.exe.",
    ),
    Derivation(
        name="exchange_update_behind",
        inputs=(_VERSION, _VERSION),
        result=_BOOL,
        function=exchange_update_behind,
        about="A newer update is known, or none will come: the build, and the file version of ExSetup.exe.",
    ),
    Derivation(
        name="exchange_support_ended",
        inputs=(_VERSION,),
        result=_BOOL,
        function=exchange_support_ended,
        about="The product's support had ended on the day of the reading: the build.",
    ),
    Derivation(
        name="exchange_last_update_missing",
        inputs=(_VERSION, _VERSION, _VERSION),
        result=_BOOL,
        function=exchange_last_update_missing,
        about="Exchange 2010 or older is below its last build: the build, and the file versions of ExSetup.exe of v14 "
        "and of v8.0.",
    ),
    Derivation(
        name="exchange_setup_unfinished",
        inputs=(_VALUES,) * len(SETUP_ROLES),
        result=_STRINGS,
        function=exchange_setup_unfinished,
        about="Roles that setup has not finished: the values of the keys CafeRole, ClientAccessRole, "
        "FrontendTransportRole, HubTransportRole, MailboxRole, EdgeTransportRole of v15.",
    ),
    Derivation(
        name="exchange_roles",
        inputs=(_VERSION, *(_STRING,) * 7),
        result=_STRINGS,
        function=exchange_roles,
        about="Configured roles: the build, and ConfiguredVersion of CafeRole, ClientAccessRole, FrontendTransportRole,"
        " HubTransportRole, MailboxRole, UnifiedMessagingRole, EdgeTransportRole of v15.",
    ),
    Derivation(
        name="exchange_services_stopped",
        inputs=(_VERSION, _STRINGS, _SERVICES, _SERVICE, _SERVICE, _SERVICE),
        result=_STRINGS,
        function=exchange_services_stopped,
        about="Required services that do not run, the critical ones whatever their start type, others when they should "
        "start by themselves: the build, the roles, "
        "MSExchange*, MSComplianceAudit, HostControllerService, ADAM_MSExchange.",
    ),
    Derivation(
        name="os_name",
        inputs=(_STRING, _STRING),
        result=_STRING,
        function=os_name,
        about="Windows in words: ProductName, InstallationType.",
    ),
    Derivation(
        name="os_build",
        inputs=(_STRING, _INT),
        result=_VERSION,
        function=os_build,
        about="Windows build as build.revision (17763.1971): CurrentBuild, UBR.",
    ),
    Derivation(
        name="ad_site",
        inputs=(_STRING, _STRING),
        result=_STRING,
        function=ad_site,
        about="Active Directory site: SiteName (an override), DynamicSiteName.",
    ),
    Derivation(
        name="dag_name",
        inputs=(_VERSION, _SERVICE, _STRING),
        result=_STRING,
        function=dag_name,
        about="Database availability group: the build, ClusSvc, ClusterName. Absent means in none; "
        "there are none before Exchange 2010.",
    ),
    Derivation(
        name="scanmail_installed",
        inputs=(_SERVICES, _STRING),
        result=_BOOL,
        function=scanmail_installed,
        about="ScanMail is installed: ScanMail_*, CurrentVersion\\Version.",
    ),
    Derivation(
        name="scanmail_version",
        inputs=(_STRING, _VERSION),
        result=_VERSION,
        function=scanmail_version,
        about="ScanMail's version: CurrentVersion\\Version, else the file version of servPolicyController.dll.",
    ),
    Derivation(
        name="scanmail_services",
        inputs=(_SERVICES,),
        result=_STRINGS,
        function=scanmail_services,
        about="Running ScanMail services: ScanMail_*.",
    ),
    Derivation(
        name="scanmail_small_business",
        inputs=(_STAT, _VERSION),
        result=_BOOL,
        function=scanmail_small_business,
        about="This is the Messaging Security Agent of Worry-Free: its default folder, and the file version of "
        "servPolicyController.dll in ScanMail's.",
    ),
    Derivation(
        name="scanmail_threads",
        inputs=(_INT, _VERSION),
        result=_INT,
        function=scanmail_threads,
        about="Scanning threads of ScanMail: MaxScanningThreadCount or ScanningThreadPoolCount, ScanMail's version. "
        "Not set is 12 before version 8.",
    ),
    Derivation(
        name="scanmail_temp_threshold",
        inputs=(_INT, _VERSION),
        result=_INT,
        function=scanmail_temp_threshold,
        about="Size above which ScanMail writes a temporary file, in KB: TempFileThreshold, ScanMail's version. "
        "Not set is 3072 before version 8.",
    ),
    Derivation(
        name="antivirus_products",
        inputs=(_SERVICE,) * len(PRODUCTS),
        result=_STRINGS,
        function=antivirus_products,
        about="Antivirus products beside ScanMail whose service runs: the services of the antivirus table, in order.",
    ),
    *TLS,
    *EXCLUSIONS,
    Derivation(
        name="enabled_transport_agents",
        inputs=(_TEXT,),
        result=_STRINGS,
        function=enabled_transport_agents,
        about="Names of the enabled agents of a transport service: the text of agents.config.",
    ),
    Derivation(
        name="pattern_arrives",
        inputs=(_NEWEST, _INT),
        result=_BOOL,
        function=pattern_arrives,
        about="Updates arrive: the newest pattern file, and the days below which its age shows it. Never no.",
    ),
)

DERIVATIONS: Mapping[str, Derivation] = MappingProxyType({row.name: row for row in _ROWS})
"""Name -> derivation, read-only."""
