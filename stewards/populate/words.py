"""The words generated rows are made of, in both languages."""

from random import Random

_SYLLABLES = (
    *(("星", "Xing"), ("辰", "Chen"), ("云", "Yun"), ("海", "Hai"), ("江", "Jiang"), ("林", "Lin"), ("山", "Shan")),
    *(("光", "Guang"), ("新", "Xin"), ("远", "Yuan"), ("和", "He"), ("达", "Da"), ("宏", "Hong"), ("瑞", "Rui")),
)
_TRADES = (
    ("软件", "Software"),
    ("物流", "Logistics"),
    ("文化传媒", "Culture and Media"),
    ("环保科技", "Environmental Technology"),
    ("生物医药", "Biomedicine"),
    ("国际贸易", "International Trade"),
    ("餐饮管理", "Catering"),
    ("信息咨询", "Information Consulting"),
)
_ISSUERS = (
    ("虚构科学技术委员会", "Fictional Science and Technology Commission"),
    ("虚构商务委员会", "Fictional Commission of Commerce"),
    ("虚构财政局", "Fictional Finance Bureau"),
    ("虚构人力资源和社会保障局", "Fictional Human Resources Bureau"),
)
_SUPPORTS = (
    ("研发费用补助", "R&D cost grants"),
    ("租金补贴", "rent subsidies"),
    ("贷款贴息", "loan interest subsidies"),
    ("人才引进奖励", "awards for attracting talent"),
    ("数字化转型支持", "support for digital transformation"),
    ("节能改造补助", "energy-saving grants"),
    ("首次认定奖励", "awards for first accreditation"),
)
_MATTERS = (
    ("营业执照变更登记", "Changing the business licence"),
    ("社会保险缴费基数", "Social insurance contributions"),
    ("外籍员工工作许可", "Work permits for foreign staff"),
    ("高新技术企业认定材料", "Papers for high-tech accreditation"),
    ("办公场地租金补贴", "Rent subsidy for offices"),
    ("研发费用加计扣除", "Super-deduction of R&D costs"),
    ("出口退税办理进度", "Progress of an export tax refund"),
    ("贷款担保申请", "Applying for a loan guarantee"),
    ("店招更换报备", "Replacing a shop sign"),
    ("人才公寓申请", "Applying for a talent apartment"),
    ("电力增容审批", "Approval of more electric power"),
    ("知识产权质押融资", "Borrowing against intellectual property"),
)
_ASKS = (
    ("需要哪些材料", "which papers are needed"),
    ("大概多久可以办好", "how long does it take"),
    ("应当联系哪个窗口", "which window is in charge"),
    ("系统提示异常怎么办", "what to do about an error message"),
    ("今年的政策有没有变化", "has the policy changed this year"),
    ("能否加快办理进度", "can it be handled faster"),
)
_REASONS = (
    (
        "我们公司正在准备下个月的申报，希望尽快得到明确答复。",
        "We are preparing our application for next month and need a clear answer.",
    ),
    (
        "已经咨询过两个窗口，说法不一致，请协助确认。",
        "Two windows told us different things; please confirm which is right.",
    ),
    ("目前业务因此暂停，影响较大，请予以关注。", "Our business is held up by this, so it matters a good deal to us."),
    ("属于首次办理，不了解具体流程。", "We do this for the first time and do not know the steps."),
)
ANSWERS = (
    "已与主管部门确认，请携带营业执照副本到专窗办理。",
    "材料清单已整理，可在线提交，办理期限为五个工作日。",
    "符合条件，请按申报通知的要求准备材料。",
    "The department confirms that you can apply online; it takes five working days.",
    "Please bring a copy of the licence to the special window; we have told the colleagues there.",
)
REQUEST_TEXTS = len(_MATTERS) * len(_ASKS) * len(_REASONS) * 2


def enterprise(n: int, rng: Random) -> tuple[str, str]:
    """A name in Chinese and one in English; the number makes it unique."""
    one, two = rng.choice(_SYLLABLES), rng.choice(_SYLLABLES)
    zh, en = rng.choice(_TRADES)
    return f"虚构{one[0]}{two[0]}{zh}{n}有限公司", f"Fictional {one[1]}{two[1].lower()} {en} {n} Co., Ltd."


def policy(n: int, rng: Random) -> tuple[str, str, str, str, str, str]:
    """Title, issuer and summary, each in Chinese and in English."""
    issuer, support = rng.choice(_ISSUERS), rng.choice(_SUPPORTS)
    trade = rng.choice(_TRADES)
    return (
        f"虚构{trade[0]}企业{support[0]}办法第{n}号",
        f"Fictional measure {n}: {support[1]} for {trade[1].lower()} enterprises",
        *issuer,
        f"对从事{trade[0]}的企业给予{support[0]}，由{issuer[0]}受理。",
        f"Gives {support[1]} to {trade[1].lower()} enterprises; applications go to the {issuer[1]}.",
    )


def request(n: int) -> tuple[str, str, str]:
    """(subject, body, language) of the n-th of REQUEST_TEXTS texts."""
    n, language = divmod(n, 2)
    n, reason = divmod(n, len(_REASONS))
    ask, matter = n % len(_ASKS), n // len(_ASKS) % len(_MATTERS)
    parts = [table[i][language] for table, i in ((_MATTERS, matter), (_ASKS, ask), (_REASONS, reason))]
    if language:
        return f"{parts[0]}: {parts[1]}?", f"{parts[0]}: {parts[1]}? {parts[2]}", "en"
    return f"{parts[0]}{parts[1]}？", f"请问{parts[0]}{parts[1]}？{parts[2]}", "zh-hans"
