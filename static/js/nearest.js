// Sorts publicity points by the browser's own position, when asked; the position never leaves the page.
const part = document.querySelector("[data-nearest]"), list = document.getElementById("points")
const RADIUS = 6371, rad = degrees => degrees * Math.PI / 180

function away([north, east], {latitude, longitude}) {
    const half = Math.sin(rad(north - latitude) / 2) ** 2
        + Math.cos(rad(north)) * Math.cos(rad(latitude)) * Math.sin(rad(east - longitude) / 2) ** 2
    return 2 * RADIUS * Math.asin(Math.sqrt(half))
}

function sort({coords}) {
    const rows = [...list.children].map(row => [row, row.dataset.at ? away(row.dataset.at.split(",").map(Number), coords) : Infinity])
    for (const [row, km] of rows.sort((one, other) => one[1] === other[1] ? 0 : one[1] - other[1])) {
        const words = row.querySelector("[data-away]")
        words.hidden = km === Infinity
        words.textContent = km === Infinity ? "" : part.dataset.words.replace("{km}", km.toFixed(1))
        list.append(row)
    }
    tell("done")
}

function tell(which) {
    for (const name of ["done", "refused"]) part.querySelector(`[data-nearest-${name}]`).hidden = name !== which
}

if (part && list && navigator.geolocation) {
    part.hidden = false
    part.querySelector("button").addEventListener("click",
        () => navigator.geolocation.getCurrentPosition(sort, () => tell("refused"), {timeout: 10_000, maximumAge: 60_000}))
}
