"""From a file of the business registry to a tier, a steward and a service package that its enterprise reads."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.enums import Role
from enterprises import credit_code, tasks
from enterprises.models import Enterprise, RegistryImport, TierRound
from portal.core.calendar import local_day
from stewards.tasks import adjust_tiers
from tests.browser.reader import Reader
from tests.factories.accounts import StewardFactory, UserFactory
from tests.factories.enterprises import IndustryFactory, MembershipFactory
from tests.factories.policies import PolicyFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
OpenAs = Callable[..., Reader]
CODES = [credit_code.make(n) for n in (81_001, 81_002)]
EXTRACT = f"""统一社会信用代码,企业名称,英文名称,行业代码,从业人数,营业收入(万元),注册区
{CODES[0]},虚构航运（上海）有限公司,Fictional Shipping Ltd,G55,420,560000,虹口区
{CODES[1]},虚构小店（上海）有限公司,Fictional Corner Shop Ltd,G55,4,90,虹口区
91310109INVALID00X,虚构错码有限公司,,G55,4,90,虹口区
"""


def upload(reader: Reader) -> RegistryImport:
    page = reader.page
    file = {"name": "extract.csv", "mimeType": "text/csv", "buffer": EXTRACT.encode("gb18030")}
    page.set_input_files("[name=file]", files=[file])  # type: ignore[list-item]
    page.fill("[name=extract_on]", local_day().isoformat())
    reader.press("main form button.button").expect("extract.csv")
    return RegistryImport.objects.get()


def test_import_tier_steward_package(open_as: OpenAs, db: Any) -> None:
    IndustryFactory(code="G55")
    admin = UserFactory(roles=[Role.ADMIN, Role.EDITOR], language="en", name_en="Ada Fictional")
    steward = StewardFactory(name_en="Shen Fictional", language="en")
    PolicyFactory(title_en="Aid for ports", title_zh_hans="港口资助")
    desk = open_as(admin, first="centre/registry/")
    extract = upload(desk)
    assert tasks.read_extract(extract.pk)
    desk.go(f"centre/registry/{extract.pk}/").expect(
        "虚构航运", "no valid unified social credit code", "Nothing has been changed yet."
    )
    assert not Enterprise.objects.exists()
    desk.press("form[action$='/confirm/'] button")
    tasks.apply_extract(extract.pk)
    desk.go(f"centre/registry/{extract.pk}/").press("a[href$='/taken/new/']").expect("Fictional Corner Shop Ltd")
    shipping, shop = (Enterprise.objects.get(credit_code=code) for code in CODES)

    desk.go("centre/tiers/").press("a[href$='/tiers/new/']")
    for tier, wan in (("municipal", 500_000), ("district", 50_000), ("subdistrict", 5_000)):
        desk.page.fill(f"[name={tier}_revenue]", str(wan))
    desk.press("main form button.button").expect("Fictional Shipping Ltd", "Municipal key enterprise")
    assert "Corner Shop" not in desk.text()
    desk.press("form[action$='/send/'] button")
    row = TierRound.objects.get()
    other = open_as(UserFactory(roles=[Role.REVIEWER], language="zh-hans"), language="zh-hans")
    other.go(f"centre/tiers/{row.pk}/").expect("虚构航运")
    other.page.fill("[name=day]", local_day().isoformat())
    other.press("form[action$='/approve/'] button")
    assert adjust_tiers() == 1

    desk.go("centre/").press("main a[href$='?show=missing']").expect("Fictional Shipping Ltd")
    desk.press(f"a[href$='/enterprise/{shipping.pk}/']")
    desk.page.select_option("[name=steward]", str(steward.pk))
    desk.press("main form button.button")
    desk.go("centre/stewards/?show=missing").expect("Every key enterprise has a steward")

    desk.go("centre/segments/new/").page.locator("[name=tiers][value=municipal]").check()
    desk.page.fill("[name=name]", "Municipal ones")
    desk.press("button[name=keep]").expect("1 enterprise fulfils this now.")
    desk.go("publishing/packages/new/").page.fill("[name=title_zh_hans]", "市级重点企业服务包")
    desk.page.fill("[name=title_en]", "For municipal key enterprises")
    desk.page.select_option("[name=segment]", label="Municipal ones")
    desk.press("main form button.button").expect("one enterprise now")
    desk.press("button[name=policy]").expect("Aid for ports")
    desk.press("form[action$='/hand-over/'] button")
    assert "The enterprises of the segment see it now." in desk.page.inner_text("body")
    desk.expect_quiet_console()

    reader = open_as(MembershipFactory(enterprise=shipping).user, size="phone", first="package/")
    reader.expect("For municipal key enterprises", "Shen Fictional", "Aid for ports", "for enterprises like yours")
    assert "Municipal ones" not in reader.text()
    small = open_as(MembershipFactory(enterprise=shop).user, language="zh-hans", size="phone", first="package/")
    assert "市级重点企业服务包" not in small.text()
