"""The reliability diagram: confidence against the share that was right, one panel a kind of answer."""

from html import escape

from statistics_of_few import bins, wilson

SIZE, GAP, LEFT, TOP = 220, 56, 52, 44
INK, GRID, MARK = "#1f2933", "#d5dae0", "#1b62a5"


def reliability(panels):
    """SVG of panels (title, answers); the same bytes for the same answers."""
    width = LEFT + len(panels) * (SIZE + GAP) - GAP + 20
    height = TOP + SIZE + 60
    about = "; ".join(f"{title}: {len(answers)} answers" for title, answers in panels)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-labelledby="t d" font-family="Inter, Helvetica, Arial, sans-serif" font-size="12" fill="{INK}">',
        '<title id="t">Confidence and share of right answers</title>',
        f'<desc id="d">{escape(about)}. Points on the diagonal are confidences that hold; bars are 95 % intervals. The tables beside the drawing have the figures.</desc>',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    for number, (title, answers) in enumerate(panels):
        parts += panel(LEFT + number * (SIZE + GAP), title, answers, is_first=number == 0)
    return "\n".join([*parts, "</svg>"]) + "\n"


def panel(left, title, answers, is_first):
    def x(share):
        return f"{left + share * SIZE:.1f}"

    def y(share):
        return f"{TOP + (1 - share) * SIZE:.1f}"

    yield f'<text x="{x(0)}" y="{TOP - 24}" font-weight="600">{escape(title)}</text>'
    yield f'<text x="{x(0)}" y="{TOP - 9}" fill="#52606d">{len(answers)} answers</text>'
    for tick in (0, 0.25, 0.5, 0.75, 1):
        yield f'<path d="M{x(0)} {y(tick)}H{x(1)}M{x(tick)} {y(0)}V{y(1)}" stroke="{GRID}"/>'
        yield f'<text x="{x(tick)}" y="{TOP + SIZE + 17}" text-anchor="middle">{tick * 100:.0f}</text>'
        if is_first:
            yield f'<text x="{left - 8}" y="{float(y(tick)) + 4:.1f}" text-anchor="end">{tick * 100:.0f}</text>'
    yield f'<path d="M{x(0)} {y(0)}L{x(1)} {y(1)}" stroke="{INK}" stroke-dasharray="4 4"/>'
    for part in bins(answers):
        low, high = wilson(part.hits, len(part.answers))
        yield f'<path d="M{x(part.mean)} {y(low)}V{y(high)}" stroke="{MARK}" stroke-width="2"/>'
        share = part.hits / len(part.answers)
        yield f'<circle cx="{x(part.mean)}" cy="{y(share)}" r="5" fill="{MARK}"/>'
        yield f'<text x="{float(x(part.mean)) + 8:.1f}" y="{float(y(share)) + 14:.1f}" font-size="10" fill="#52606d">{len(part.answers)}</text>'
    yield f'<text x="{x(0.5)}" y="{TOP + SIZE + 36}" text-anchor="middle">confidence, %</text>'
    if is_first:
        middle = TOP + SIZE / 2
        yield f'<text transform="translate(14 {middle:.1f}) rotate(-90)" text-anchor="middle">right answers, %</text>'
