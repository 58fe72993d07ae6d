"""What the invented families and schools need: plausible, in warm words, and never a word about who or where."""

from random import Random
from typing import Final

from charity.cli.demo.site_needs import SITE
from charity.cli.demo.sorts import Sort
from charity.domain.wishes import BeneficiaryKind as Whose

CHILD: Final[tuple[Sort, ...]] = (
    Sort(
        whose=Whose.CHILD,
        category="school-bag",
        label="piece",
        yuan=(59, 119),
        reasons=("starts-school", "worn-out"),
        weight=4,
        words=(
            ("想要一个结实的双肩书包", "现在的书包带子断过两次，装不下全部课本。"),
            ("开学用的护脊书包", "每天走四十分钟山路，希望背带宽一点、能防雨。"),
            ("一个能装画板的书包", "课本和美术材料一起带，布袋子已经磨破了。"),
            ("升初中的新书包", "书一下子多了很多，深色、耐脏的最好。"),
        ),
    ),
    Sort(
        whose=Whose.CHILD,
        category="desk-lamp",
        label="piece",
        yuan=(69, 129),
        reasons=("learns-better",),
        weight=3,
        words=(
            ("一盏护眼台灯", "晚上写作业的桌子离灯很远，光总是不够。"),
            ("能充电的小台灯", "有时候停电，想把当天的作业写完再睡。"),
            ("夹在床头的阅读灯", "和弟弟妹妹住一间，想晚上看书时不吵醒他们。"),
        ),
    ),
    Sort(
        whose=Whose.CHILD,
        category="coat",
        label="piece",
        yuan=(129, 239),
        reasons=("winter-comes", "outgrown"),
        weight=4,
        is_of_season=True,
        words=(
            ("过冬的厚棉衣", "去年的那件袖子短了一截，想要带帽子的。"),
            ("一件防风的冬衣", "早上等校车的地方风很大，深色耐脏就好。"),
            ("能穿两个冬天的棉衣", "个子长得快，大一号也没有关系。"),
        ),
    ),
    Sort(
        whose=Whose.CHILD,
        category="shoes",
        label="pair",
        yuan=(69, 159),
        reasons=("outgrown", "worn-out", "winter-comes"),
        weight=4,
        words=(
            ("一双防滑的棉鞋", "雨雪天路滑，鞋底要厚、要防滑。"),
            ("合脚的运动鞋", "体育课跑步总是脱脚，尺码已经量好。"),
            ("一双胶底雨鞋", "过小溪上学，布鞋常常湿透。"),
            ("上学穿的新球鞋", "鞋头开了口，补过三次了。"),
        ),
    ),
    Sort(
        whose=Whose.CHILD,
        category="clothes",
        label="set",
        yuan=(79, 169),
        reasons=("outgrown", "winter-comes"),
        weight=3,
        words=(
            ("一套换洗的秋衣秋裤", "只有一套，洗了就要等天晴。"),
            ("两件套的校园运动装", "班里要参加运动会，想穿得整整齐齐。"),
            ("保暖内衣一套", "教室里冷，穿着能坐得住、写得了字。"),
        ),
    ),
    Sort(
        whose=Whose.CHILD,
        category="stationery",
        label="set",
        yuan=(29, 89),
        reasons=("starts-school", "learns-better"),
        weight=3,
        words=(
            ("一学期的本子和铅笔", "大小田字格、作文本和铅笔，够用到放假就好。"),
            ("圆规尺子和一支好写的笔", "新学期有几何课，想要一套自己的工具。"),
            ("水彩笔和图画本", "美术课总是借同桌的，也想有一套自己的。"),
        ),
    ),
    Sort(
        whose=Whose.CHILD,
        category="books",
        label="set",
        yuan=(45, 95),
        reasons=("likes-it", "learns-better"),
        interests=("reading", "science", "nature", "writing"),
        weight=3,
        words=(
            ("一套讲星星和月亮的书", "晚上在院子里数星星，想知道它们叫什么名字。"),
            ("一套童话书", "图书角的已经看了三遍，还想读新的故事。"),
            ("讲动物和植物的科普书", "放羊的时候认识很多草，想在书里找到它们。"),
            ("一本厚厚的词典和作文书", "想把日记写得更好。"),
        ),
    ),
    Sort(
        whose=Whose.CHILD,
        category="desk-chair",
        label="set",
        yuan=(199, 359),
        reasons=("learns-better",),
        words=(
            ("一张写作业的小书桌", "现在趴在板凳上写，腰总是弯着。"),
            ("能调高低的学习桌椅", "和姐姐两个人共用，能升降的最合适。"),
        ),
    ),
    Sort(
        whose=Whose.CHILD,
        category="quilt",
        label="piece",
        yuan=(119, 199),
        reasons=("lives-away-from-home", "winter-comes"),
        is_of_season=True,
        words=(
            ("住校用的厚棉被", "宿舍没有暖气，想要六斤左右的一床。"),
            ("一床新被子和褥子", "住校第一年，家里的要留给奶奶盖。"),
        ),
    ),
    Sort(
        whose=Whose.CHILD,
        category="sports",
        label="piece",
        yuan=(39, 119),
        reasons=("likes-it",),
        interests=("football", "basketball", "table-tennis", "skipping"),
        words=(
            ("一个属于自己的篮球", "每天放学最想做的事，就是多投几个篮。"),
            ("一副乒乓球拍", "学校有水泥球台，大家轮着用一副拍子。"),
            ("一个结实的足球", "想和伙伴们在晒谷场上踢一场。"),
        ),
    ),
    Sort(
        whose=Whose.CHILD,
        category="art-music",
        label="set",
        yuan=(49, 189),
        reasons=("likes-it",),
        interests=("drawing", "music", "singing", "handicraft"),
        words=(
            ("一支竖笛和练习册", "音乐课学了两首曲子，想回家也能练。"),
            ("一盒二十四色颜料", "想把门前的梯田画下来，四季各一张。"),
            ("一把入门的小吉他", "跟着支教过的老师学过和弦，一直想再弹。"),
        ),
    ),
    Sort(
        whose=Whose.CHILD,
        category="hygiene",
        label="set",
        yuan=(35, 85),
        reasons=("lives-away-from-home", "with-grandparents"),
        words=(
            ("住校洗漱用品一套", "脸盆、毛巾、牙刷和香皂，开学就要用。"),
            ("女生卫生用品一学期", "希望包装简单，够用四个月。"),
        ),
    ),
)

HOUSEHOLD: Final[tuple[Sort, ...]] = (
    Sort(
        whose=Whose.HOUSEHOLD,
        category="quilt",
        label="piece",
        yuan=(129, 229),
        wanted=(1, 2, 2),
        reasons=("winter-comes", "lacks-daily-things"),
        weight=4,
        is_of_season=True,
        words=(
            ("老人过冬的厚被", "家里的被子有些年头了，夜里要盖两层。"),
            ("两代人换季的棉被", "入冬前想给老人和孩子各添一床。"),
        ),
    ),
    Sort(
        whose=Whose.HOUSEHOLD,
        category="food-staples",
        label="bag",
        yuan=(69, 139),
        wanted=(2, 3, 4),
        reasons=("lacks-daily-things", "cares-for-ill", "old-alone"),
        weight=3,
        words=(
            ("过冬的米和面", "家里主要劳力住院，今年田里收得少。"),
            ("米面油几份", "照顾病人走不开，去集镇一趟要半天。"),
        ),
    ),
    Sort(
        whose=Whose.HOUSEHOLD,
        category="heater",
        label="piece",
        yuan=(99, 259),
        reasons=("winter-comes", "old-alone"),
        weight=3,
        words=(
            ("一台安全的取暖器", "老人腿脚怕冷，希望有倾倒断电。"),
            ("烤火用的电暖桌", "孩子写作业、老人烤手都能用。"),
        ),
    ),
    Sort(
        whose=Whose.HOUSEHOLD,
        category="kitchen",
        label="set",
        yuan=(59, 219),
        reasons=("lacks-daily-things", "worn-out"),
        words=(
            ("一口铁锅和几只碗", "锅底补过两回，想换一口新的。"),
            ("电饭锅和蒸笼", "做饭的是十二岁的姐姐，用电饭锅安全些。"),
        ),
    ),
    Sort(
        whose=Whose.HOUSEHOLD,
        category="small-appliance",
        label="piece",
        yuan=(199, 459),
        reasons=("lacks-daily-things", "cares-for-ill"),
        words=(
            ("一台小洗衣机", "卧床的家人每天要换洗，冬天手洗太冷。"),
            ("电热水壶和电饭煲", "给老人随时喝上热水。"),
        ),
    ),
    Sort(
        whose=Whose.HOUSEHOLD,
        category="care-aid",
        label="piece",
        yuan=(89, 559),
        reasons=("cares-for-ill", "old-alone"),
        weight=3,
        words=(
            ("一副四脚拐杖和防滑垫", "摔过一次以后不敢独自去院子。"),
            ("折叠轮椅", "想推着他到门口晒晒太阳。"),
            ("护理垫和床边扶手", "夜里翻身、起床都要人扶。"),
        ),
    ),
    Sort(
        whose=Whose.HOUSEHOLD,
        category="seed-feed",
        label="bag",
        yuan=(59, 189),
        wanted=(2, 3, 5),
        reasons=("wants-to-earn",),
        weight=4,
        is_of_season=True,
        words=(
            ("花椒苗和有机肥", "坡地整好了，想种上两分地的花椒。"),
            ("土鸡苗和饲料", "院子围好了栏，想养三十只鸡贴补学费。"),
            ("红薯种苗", "打算扩种半亩，秋天能卖也能吃。"),
        ),
    ),
    Sort(
        whose=Whose.HOUSEHOLD,
        category="farm-tool",
        label="piece",
        yuan=(79, 459),
        reasons=("wants-to-earn", "worn-out"),
        weight=3,
        words=(
            ("一台背负式喷雾器", "一个人管三亩果树，手压的太费力。"),
            ("采茶剪和背篓", "春茶要赶在雨前摘完。"),
            ("小型电动脱粒机", "家里没有壮劳力，收玉米要剥到半夜。"),
        ),
    ),
    Sort(
        whose=Whose.HOUSEHOLD,
        category="bedding",
        label="set",
        yuan=(99, 219),
        reasons=("lacks-daily-things", "cares-for-ill"),
        words=(
            ("换洗的床单被套", "照顾卧床的家人，每天都要换洗。"),
            ("床垫和枕头", "木板床垫得太薄，老人夜里睡不好。"),
        ),
    ),
    Sort(
        whose=Whose.HOUSEHOLD,
        category="other-goods",
        label="piece",
        yuan=(59, 239),
        reasons=("lacks-daily-things",),
        weight=1,
        words=(
            ("门口的坡道板和扶手", "轮椅过门槛总要两个人抬。"),
            ("一把能坐能推的助行椅", "去院子里走走、累了就坐下。"),
        ),
    ),
)

SORTS: Final = {Whose.CHILD: CHILD, Whose.HOUSEHOLD: HOUSEHOLD, Whose.SITE: SITE}


def choose(chance: Random, whose: Whose, *, but_seasons: bool = False) -> Sort:
    """Choose a sort of need for somebody."""
    sorts = [sort for sort in SORTS[whose] if not (but_seasons and sort.is_of_season)]
    return chance.choices(sorts, [sort.weight for sort in sorts])[0]
