"""What the invented schools and villages need."""

from typing import Final

from charity.cli.demo.sorts import Sort
from charity.domain.wishes import BeneficiaryKind as Whose

SITE: Final[tuple[Sort, ...]] = (
    Sort(
        whose=Whose.SITE,
        category="books",
        label="set",
        yuan=(40, 90),
        wanted=(20, 30, 40, 60),
        reasons=("class-has-none", "too-few-for-all"),
        interests=("reading",),
        weight=4,
        words=(
            ("图书角的一百本新书", "低年级的图画书最缺，孩子们排着队借。"),
            ("给住校生的晚读书架", "熄灯前的半小时，想让每个人手里都有一本书。"),
            ("科普和历史故事书", "老师想开一门阅读课，书要够一个班轮着看。"),
        ),
    ),
    Sort(
        whose=Whose.SITE,
        category="classroom-set",
        label="set",
        yuan=(60, 100),
        wanted=(12, 18, 24),
        reasons=("class-has-none", "too-few-for-all"),
        words=(
            ("教室的桌椅修整包", "桌面和凳脚松了，想在假期里一起修好。"),
            ("新教室的窗帘和黑板擦", "下午西晒，后排看不清黑板。"),
        ),
    ),
    Sort(
        whose=Whose.SITE,
        category="lab-set",
        label="set",
        yuan=(70, 100),
        wanted=(10, 15, 20),
        reasons=("class-has-none", "too-few-for-all"),
        words=(
            ("小科学实验盒", "四个人一组，第一次亲手点亮一个灯泡。"),
            ("放大镜和植物标本夹", "自然课想到后山去上。"),
        ),
    ),
    Sort(
        whose=Whose.SITE,
        category="sports",
        label="set",
        yuan=(50, 150),
        wanted=(8, 12, 16),
        reasons=("too-few-for-all", "village-uses-together"),
        interests=("football", "skipping", "basketball"),
        words=(
            ("操场上的球和跳绳", "全校一百多人，只有四个球。"),
            ("课间活动的体育箱", "跳绳、毽子、沙包，每班一箱。"),
        ),
    ),
    Sort(
        whose=Whose.SITE,
        category="art-music",
        label="set",
        yuan=(60, 180),
        wanted=(10, 20),
        reasons=("class-has-none",),
        interests=("singing", "music"),
        words=(
            ("合唱团的口风琴", "音乐老师来了，就差乐器。"),
            ("美术室的颜料和画架", "想办一次走廊画展。"),
        ),
    ),
    Sort(
        whose=Whose.SITE,
        category="heater",
        label="piece",
        yuan=(150, 280),
        wanted=(4, 6, 8),
        reasons=("winter-comes",),
        is_of_season=True,
        words=(("宿舍的安全取暖器", "海拔高，十一月夜里就结冰了。"), ("教室的电暖气", "早读时孩子们的手不再冰凉。")),
    ),
    Sort(
        whose=Whose.SITE,
        category="desk-lamp",
        label="piece",
        yuan=(59, 99),
        wanted=(20, 30),
        reasons=("too-few-for-all", "learns-better"),
        words=(("晚自习的护眼台灯", "教室只有两根灯管，靠墙的座位看不清。"),),
    ),
    Sort(
        whose=Whose.SITE,
        category="hygiene",
        label="set",
        yuan=(30, 70),
        wanted=(30, 50),
        reasons=("too-few-for-all", "village-uses-together"),
        words=(("住校生的洗手和洗漱包", "换季容易感冒，想让每个人都有自己的毛巾。"),),
    ),
)
