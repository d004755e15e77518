// Finding the repeats that a file itself holds, by comparing the picture with itself.

internal import SelvageTypes

extension InnerRepeats {
    /// The most repeats in either direction that are looked for.
    private static let most = 12
    /// How unlike a moved copy may be: the mean squared difference over twice the variance.
    private static let unlike = 0.05

    /// The inner repeats of a picture that repeats side by side.
    init(of picture: Picture) {
        let sample = SparseLuma(picture)
        let across = sample.repeats(along: picture.width) { ($0, 0) }
        let down = sample.repeats(along: picture.height) { (0, $0) }
        let half = (picture.width / across / 2, picture.height / down / 2)
        self.init(
            across: across, down: down,
            centred: half.0 > 0 && half.1 > 0 && sample.unlikeness(movedBy: half) < Self.unlike)
    }

    /// Some pixels of a picture, and the picture to compare them with.
    private struct SparseLuma {
        let picture: Picture
        let places: [(x: Int, y: Int)]
        let spread: Double

        init(_ picture: Picture) {
            self.picture = picture
            // A sequence of low discrepancy reaches all of the picture with few pixels.
            let places = (1...4096).map { step -> (x: Int, y: Int) in
                let x = Double(step) * 0.754_877_666_246_692_7
                let y = Double(step) * 0.569_840_290_998_053_2
                return (
                    Int((x - x.rounded(.down)) * Double(picture.width)),
                    Int((y - y.rounded(.down)) * Double(picture.height))
                )
            }
            self.places = places
            let values = places.map { Double(picture.sum(x: $0.x, y: $0.y)) }
            let mean = values.reduce(0, +) / Double(values.count)
            spread = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
        }

        func unlikeness(movedBy step: (Int, Int)) -> Double {
            let sum = places.reduce(0.0) { sum, place in
                let x = (place.x + step.0) % picture.width
                let y = (place.y + step.1) % picture.height
                let difference = Double(
                    picture.sum(x: place.x, y: place.y) - picture.sum(x: x, y: y))
                return sum + difference * difference
            }
            return sum / Double(places.count) / (2 * spread + 1e-9)
        }

        func repeats(along length: Int, _ step: (Int) -> (Int, Int)) -> Int {
            (2...InnerRepeats.most).reversed().first { count in
                length / count >= 8
                    && unlikeness(movedBy: step((length + count / 2) / count)) < InnerRepeats.unlike
            } ?? 1
        }
    }
}

extension Picture {
    /// The sum of the channels of a pixel.
    fileprivate func sum(x: Int, y: Int) -> Int {
        let place = (y * width + x) * 3
        return Int(pixels[place]) + Int(pixels[place + 1]) + Int(pixels[place + 2])
    }
}
