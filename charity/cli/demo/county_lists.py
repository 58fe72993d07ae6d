"""A county's own list in the story: checked as a dry run a day ago, and waiting for the office to register it."""

import csv
import io
from typing import Final

from charity.adapters.county_sheets import Sheet
from charity.cli.demo.stage import Stage
from charity.domain.households import Category
from charity.jobs.county_lists import carry
from charity.queries.county_lists import get_list
from charity.services.register.lists import staging

COUNTY: Final = "990101"  # where the log-ins that are printed work
HEADINGS: Final = (
    ("户编号", "行政村", "户主姓名", "家庭住址", "家庭成员", "", "", "", "帮扶类别", "困难原因"),
    ("", "", "", "", "姓名", "与户主关系", "性别", "出生日期", "", ""),
)
FAMILIES: Final = (
    (
        "尚守田",
        "一组",
        "低保户",
        "因病",
        (("尚守田", "户主", "男", "1968年3月12日"), ("尚小满", "孙女", "女", "2015年5月21日")),
    ),
    ("鲁桂枝", "二组", "边缘户", "缺劳力", (("鲁桂枝", "户主", "女", "1959年11月2日"),)),
    (
        "年广生",
        "二组",
        "低保户",
        "因学",
        (("年广生", "户主", "男", "1980年7月9日"), ("年知夏", "长女", "女", "2013年2月29日")),
    ),
    ("佘长林", "四组", "特困户", "因残", (("佘长林", "户主", "男", "1950年1月17日"),)),
    (
        "温秀兰",
        "五组",
        "低保户",
        "因灾、因病",
        (("温秀兰", "户主", "女", "1975年10月30日"), ("温远山", "邻居", "男", "1990年4月4日")),
    ),
)


class CountyLists:
    """Tells of a list with two cells that are wrong: a day that never was, and a neighbour."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def schedule(self) -> None:
        """Put it into the timeline."""
        time = self._stage.time
        time.put(time.ago(1), self._bring)

    def _bring(self) -> None:
        office = self._stage.cast.administrator
        ref = staging.stage(office, COUNTY, sheet=Sheet(_written().encode("gb18030")))
        columns = tuple(heading.column for heading in get_list(office, ref).headings)
        staging.check(office, ref, columns=columns, category=Category.LOW_INCOME)
        while carry(ref):
            pass


def _written() -> str:
    out = io.StringIO(newline="")
    sheet = csv.writer(out)
    sheet.writerow(("帮扶对象花名册（虚构）",))
    sheet.writerows(HEADINGS)
    for number, (head, group, category, cause, people) in enumerate(FAMILIES, start=1):
        for person in people:
            sheet.writerow((number, f"{COUNTY}001001", head, group, *person, category, cause))
    return out.getvalue()
