"""What the demonstration's reception room says: fictional, in both languages."""

from typing import Any

Row = dict[str, Any]

ZONES: tuple[tuple[str, str, str, str, str], ...] = (  # kind, names, what one can do there
    (
        "experience",
        "体验区",
        "Experience zone",
        "在自助终端上查询政策、试用本平台。",
        "Try the portal and look up policies on a terminal.",
    ),
    (
        "information",
        "信息区",
        "Information zone",
        "取阅中英文政策资料和办事指南。",
        "Take along policy leaflets and service guides in both languages.",
    ),
    (
        "interaction",
        "互动区",
        "Interaction zone",
        "与工作人员一对一交流，可中文或英文。",
        "Talk one to one with staff, in Chinese or in English.",
    ),
    (
        "interpretation",
        "解读区",
        "Interpretation zone",
        "请政策起草部门面对面讲解。",
        "Have a policy explained by those who drafted it.",
    ),
    (
        "studio",
        "直播区",
        "Live studio",
        "观看并参与双语政策解读直播。",
        "Watch and take part in live bilingual policy interpretation.",
    ),
)
TOPICS: tuple[tuple[str, str, str, str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    (
        "work",
        "human-resources",
        "来沪工作",
        "Working here",
        "工作许可与社会保险的办理咨询。",
        ("护照", "劳动合同（复印件）", "学历证明"),
        ("Passport", "Employment contract (copy)", "Proof of education"),
    ),
    (
        "start",
        "commerce",
        "创办企业",
        "Starting a business",
        "企业设立、经营范围与场地。",
        ("投资人身份证明", "拟用的企业名称（中英文）"),
        ("Proof of identity of the investors", "Names planned for the enterprise, in both languages"),
    ),
    (
        "support",
        "commerce",
        "惠企政策",
        "Support for enterprises",
        "政策匹配、申报条件与材料。",
        ("营业执照（复印件）", "上一年度财务报表"),
        ("Business licence (copy)", "Financial statements of last year"),
    ),
    ("living", "service-centre", "生活服务", "Living here", "就医、入学、出行等日常事项。", (), ()),
)
ABOUT = {
    "work": "Questions on work permits and social insurance.",
    "start": "Setting up an enterprise, its scope of business and premises.",
    "support": "Which policies fit, their conditions and materials.",
    "living": "Everyday matters: doctors, schools, getting about.",
}
GUESTS: dict[str, Row] = {  # fictional
    "past": {
        "name": "Maria Sample",
        "email": "maria.sample@guest.example",
        "language": "en",
        "matter": "I change my employer in January. What happens to my work permit?",
        "checked": (0, 1),
    },
    "today": {
        "name": "Jonas Muster",
        "email": "jonas.muster@guest.example",
        "language": "en",
        "matter": "Which documents do I need to bring my family's insurance in order?",
        "checked": (0,),
    },
    "moved": {
        "name": "Ana Ejemplo",
        "email": "ana.ejemplo@guest.example",
        "language": "en",
        "matter": "I would like to register a small consultancy. Where do I begin?",
        "checked": (),
    },
    "next": {
        "name": "虚构访客",
        "email": "visitor@guest.example",
        "language": "zh-hans",
        "matter": "想了解外籍员工续签工作许可的材料。",
        "checked": (0,),
    },
}
NOTE = (
    "Explained the change of employer step by step (demonstration). Passport and contract were there; proof of "
    "education will follow. Settled, no request needed."
)
LEFT_OPEN = {
    "type": "consultation",
    "subject": "家属随行办理居留的材料（演示）",
    "body": "来访者询问家属随行办理居留所需材料，现场未能确认，请主管部门书面答复。（演示）",
}
# Fictional guests of two days that are over: name, language, topic, and whether they came.
CAME: tuple[tuple[str, str, str, bool], ...] = (
    ("虚构来宾甲", "zh-hans", "work", True),
    ("虚构来宾乙", "zh-hans", "work", True),
    ("Olga Example", "en", "work", True),
    ("虚构来宾丙", "zh-hans", "living", True),
    ("虚构来宾丁", "zh-hans", "work", True),
    ("Peter Example", "en", "support", False),
    ("虚构来宾戊", "zh-hans", "work", True),
)
WALKED_IN: Row = {"name": "虚构来宾己（未预约）", "language": "zh-hans", "matter": "路过，想了解企业扶持政策。（演示）"}
