// What the detector listens to: a picture without what is smooth, at even contrast.

internal import CSpectra
internal import SelvageTypes

/// Whitened luma, rows from the top.
struct WhitenedPicture: Sendable {
    let width: Int
    let height: Int
    let samples: [Float]

    /// The whitened luma of a window of a picture.
    init(_ picture: Picture, window: PixelWindow, quick: Bool = false) {
        let luma = Self.luma(picture, window: window)
        self.init(luma: luma, width: window.width, height: window.height, quick: quick)
    }

    /// Whitened luma; `quick` is good enough to look for pilots, not for what payloads are read from.
    init(luma: [Float], width: Int, height: Int, quick: Bool = false) {
        self.width = width
        self.height = height
        samples = [Float](unsafeUninitializedCapacity: luma.count) { buffer, count in
            let done = selvage_whiten(
                luma, Int32(width), Int32(height), quick ? 1 : 0, buffer.baseAddress)
            precondition(done != 0, "Whitening needs a twelfth of the picture's memory.")
            count = luma.count
        }
    }

    /// The mean of the channels in a window.
    static func luma(_ picture: Picture, window: PixelWindow) -> [Float] {
        let count = window.width * window.height
        return [Float](unsafeUninitializedCapacity: count) { buffer, filled in
            picture.pixels.withUnsafeBufferPointer { pixels in
                guard let base = pixels.baseAddress, count > 0 else { return }
                selvage_mean_luma(
                    base + (window.top * picture.width + window.left) * 3, picture.width * 3, 3,
                    Int32(window.width), Int32(window.height), buffer.baseAddress)
            }
            filled = count
        }
    }
}

/// A rectangle of pixels inside a picture.
struct PixelWindow: Hashable, Sendable {
    let left: Int
    let top: Int
    let width: Int
    let height: Int

    /// The middle of a picture, at most `most` pixels wide and high.
    static func middle(width: Int, height: Int, most: Int) -> Self {
        let wide = min(width, most), high = min(height, most)
        return Self(left: (width - wide) / 2, top: (height - high) / 2, width: wide, height: high)
    }
}
