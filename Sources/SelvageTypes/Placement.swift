// Where a picture shows an asset and how it lies there: region, repeat, size, turn, colours.

/// Where a picture shows an asset and how it lies there.
///
/// All lengths are in pixels of the picture at its full size, from its upper left corner; numbers
/// are rounded to what a fit can know.
public struct Placement: Hashable, Sendable, Codable {
    /// A place or a movement in a picture.
    public struct Point: Hashable, Sendable, Codable {
        /// Pixels to the right.
        public var x: Double
        /// Pixels down.
        public var y: Double

        /// A place or a movement, rounded to tenths of a pixel.
        public init(x: Double, y: Double) {
            self.x = Placement.rounded(x, 10)
            self.y = Placement.rounded(y, 10)
        }
    }

    /// How the found colours relate to the licensed ones.
    public enum Colours: String, Hashable, Sendable, Codable, CaseIterable {
        /// The licensed colours, but for light.
        case asLicensed = "as-licensed"
        /// Each licensed colour became another one.
        case recoloured
        /// A negative.
        case inverted
        /// One colour from dark to light.
        case singleColour = "single-colour"
        /// Too little to tell.
        case undetermined
    }

    /// The found area: the corners of a polygon in order; at least three.
    public var region: [Point]
    /// A place where the licensed image's upper left corner lies, of many that repeat.
    public var origin: Point
    /// One of the two movements that repeat the pattern: along the licensed picture's rows.
    public var across: Point
    /// The other one: along the licensed picture's columns.
    public var down: Point
    /// Pixels of the picture for one pixel of the licensed image.
    public var scale: Double
    /// Degrees by which the licensed image is turned, clockwise, -180...180; after mirroring.
    public var rotation: Double
    /// Whether the licensed image is mirrored.
    public var isMirrored: Bool
    /// How the found colours relate to the licensed ones.
    public var colours: Colours

    /// A placement.
    public init(
        region: [Point], origin: Point, across: Point, down: Point, scale: Double,
        rotation: Double, isMirrored: Bool, colours: Colours
    ) {
        self.region = region
        self.origin = origin
        self.across = across
        self.down = down
        self.scale = Self.rounded(scale, 10_000)
        self.rotation = Self.rounded(rotation, 10)
        self.isMirrored = isMirrored
        self.colours = colours
    }

    private static func rounded(_ value: Double, _ parts: Double) -> Double {
        // Adding 0 turns -0 into 0, which has one spelling in JSON.
        value.isFinite ? (value * parts).rounded() / parts + 0 : 0
    }
}
