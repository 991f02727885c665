// Reads check-in codes with the camera where the browser can; everybody else types.
const form = document.querySelector("[data-camera]")

async function start(button, video) {
    const detector = new BarcodeDetector({formats: ["qr_code"]})
    const stream = await navigator.mediaDevices.getUserMedia({video: {facingMode: "environment"}})
    video.srcObject = stream
    video.hidden = false
    button.hidden = true
    await video.play()
    const look = async () => {
        const [found] = await detector.detect(video).catch(() => [])
        const code = found && /(?:^|\/outreach\/door\/)([2-9A-Z]{8})\/?$/.exec(found.rawValue)
        if (!code) return setTimeout(look, 250)
        for (const track of stream.getTracks()) track.stop()
        form.elements.code.value = code[1]
        form.requestSubmit()
    }
    look()
}

if (form && "BarcodeDetector" in window && navigator.mediaDevices) {
    const button = form.querySelector("[data-camera-start]"), video = form.querySelector("video")
    const refused = form.querySelector("[data-camera-refused]")
    button.hidden = false
    button.addEventListener("click", () => start(button, video).catch(() => {
        button.hidden = true
        refused.hidden = false
    }))
}
