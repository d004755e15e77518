// A colour as the eye judges it: CIELAB, its way from sRGB, and the difference of two colours.

internal import Glibc

/// A colour in CIELAB under D65, where distances are roughly what the eye sees.
///
/// - Source: CIE 15:2004, *Colorimetry*; IEC 61966-2-1 for sRGB.
public struct LabColour: Hashable, Sendable, Codable {
    /// 0 is black, 100 is white.
    public var lightness: Float
    /// Green is negative, red positive; about -100...100.
    public var greenRed: Float
    /// Blue is negative, yellow positive; about -100...100.
    public var blueYellow: Float

    /// A known colour.
    public init(lightness: Float, greenRed: Float, blueYellow: Float) {
        self.lightness = lightness
        self.greenRed = greenRed
        self.blueYellow = blueYellow
    }

    /// The colour of an sRGB pixel.
    public init(red: UInt8, green: UInt8, blue: UInt8) {
        let linear = SIMD3(
            Self.linear[Int(red)], Self.linear[Int(green)], Self.linear[Int(blue)])
        self.init(linear: linear)
    }

    /// The colour of sRGB values in 0...1; values beyond are cut.
    init(srgb: SIMD3<Float>) {
        let cut = srgb.clamped(lowerBound: .zero, upperBound: SIMD3(repeating: 1)) * 255
        func linear(_ value: Float) -> Float {
            let below = min(254, Int(value))
            let share = value - Float(below)
            return Self.linear[below] * (1 - share) + Self.linear[below + 1] * share
        }
        self.init(linear: SIMD3(linear(cut.x), linear(cut.y), linear(cut.z)))
    }

    private init(linear: SIMD3<Float>) {
        let x = (linear * SIMD3(0.4124564, 0.3575761, 0.1804375)).sum() / 0.95047
        let y = (linear * SIMD3(0.2126729, 0.7151522, 0.0721750)).sum()
        let z = (linear * SIMD3(0.0193339, 0.1191920, 0.9503041)).sum() / 1.08883
        let (fx, fy, fz) = (Self.root(x), Self.root(y), Self.root(z))
        self.init(lightness: 116 * fy - 16, greenRed: 500 * (fx - fy), blueYellow: 200 * (fy - fz))
    }

    init(_ vector: SIMD3<Float>) {
        self.init(lightness: vector.x, greenRed: vector.y, blueYellow: vector.z)
    }

    /// Lightness, green-red, blue-yellow.
    var vector: SIMD3<Float> { SIMD3(lightness, greenRed, blueYellow) }

    /// How far from grey it is.
    public var chroma: Float { (greenRed * greenRed + blueYellow * blueYellow).squareRoot() }

    private static func root(_ value: Float) -> Float {
        value > 216.0 / 24389 ? cbrtf(value) : (24389.0 / 27 * value + 16) / 116
    }

    private static let linear: [Float] = (0..<256).map { value in
        let part = Double(value) / 255
        return Float(part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4))
    }
}

extension LabColour {
    /// The difference of two colours, CIEDE2000; 1 is just noticeable, 10 plainly another colour.
    ///
    /// - Source: G. Sharma, W. Wu, E. N. Dalal, *The CIEDE2000 Color-Difference Formula:
    ///   Implementation Notes, Supplementary Test Data, and Mathematical Observations* (2005).
    public func difference(from other: LabColour) -> Double {
        let (first, second) = (Polar(self, beside: other), Polar(other, beside: self))
        let chroma = (first.chroma + second.chroma) / 2
        let grey = first.chroma * second.chroma == 0
        var turn = grey ? 0 : second.hue - first.hue
        if turn > 180 { turn -= 360 } else if turn < -180 { turn += 360 }
        var hue = grey ? first.hue + second.hue : (first.hue + second.hue) / 2
        if !grey, abs(first.hue - second.hue) > 180 { hue += hue < 180 ? 180 : -180 }
        let light = (first.lightness + second.lightness) / 2 - 50
        let weight =
            1 - 0.17 * Self.cosine(hue - 30) + 0.24 * Self.cosine(2 * hue)
            + 0.32 * Self.cosine(3 * hue + 6) - 0.20 * Self.cosine(4 * hue - 63)
        let lightnessPart =
            (second.lightness - first.lightness)
            / (1 + 0.015 * light * light / (20 + light * light).squareRoot())
        let chromaPart = (second.chroma - first.chroma) / (1 + 0.045 * chroma)
        let huePart =
            2 * (first.chroma * second.chroma).squareRoot() * Self.sine(turn / 2)
            / (1 + 0.015 * chroma * weight)
        let bend = (hue - 275) / 25
        let rotation = -2 * Self.blueWeight(chroma) * Self.sine(60 * exp(-bend * bend))
        let sum =
            lightnessPart * lightnessPart + chromaPart * chromaPart + huePart * huePart
            + rotation * chromaPart * huePart
        return max(0, sum).squareRoot()
    }

    /// Lightness, chroma and hue in degrees, with the green-red axis stretched near grey.
    private struct Polar {
        let lightness, chroma, hue: Double

        init(_ colour: LabColour, beside other: LabColour) {
            let weight = LabColour.blueWeight(Double(colour.chroma + other.chroma) / 2)
            let across = Double(colour.greenRed) * (1.5 - 0.5 * weight)
            let along = Double(colour.blueYellow)
            lightness = Double(colour.lightness)
            chroma = (across * across + along * along).squareRoot()
            let angle = chroma == 0 ? 0 : atan2(along, across) * 180 / .pi
            hue = angle < 0 ? angle + 360 : angle
        }
    }

    private static func blueWeight(_ chroma: Double) -> Double {
        let seventh = pow(chroma, 7)
        return (seventh / (seventh + 6_103_515_625)).squareRoot()
    }

    private static func sine(_ degrees: Double) -> Double { sin(degrees * .pi / 180) }
    private static func cosine(_ degrees: Double) -> Double { cos(degrees * .pi / 180) }
}
