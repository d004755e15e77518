// At which sizes pictures and repeats are looked at, and how many features are taken.

internal import CKernels
public import SelvageTypes

extension LocalFeatures {
    /// The size at which a picture is looked at, so that each costs about the same.
    ///
    /// Small pictures are enlarged up to twice: the finest detail is found on enlarged pictures only.
    public static func workingSize(
        width: Int, height: Int, pixels: Double = workingPixels
    ) -> (width: Int, height: Int) {
        let scale = min(2, (pixels / Double(width * height)).squareRoot())
        // Close to the picture's own size nothing is resampled.
        if scale > 0.9, scale < 1.12, min(width, height) >= 16 { return (width, height) }
        return (
            max(16, Int((Double(width) * scale).rounded())),
            max(16, Int((Double(height) * scale).rounded()))
        )
    }

    /// The pixels at which pictures are looked at.
    ///
    /// With 700,000 no more patterns were found, in pictures of 640 pixels and in such of 1,024.
    public static let workingPixels = 520_000.0
    /// The most keypoints of a picture.
    public static let mostInPicture = 1_000

    /// The features of a found picture.
    public init(
        ofPicture picture: Picture, most: Int = mostInPicture, pixels: Double = workingPixels
    ) {
        self.init(
            of: picture,
            settings: Self.settings(forPicture: picture, most: most, pixels: pixels))
    }

    /// Whether a picture's colours differ where its luma does not, as rose on sky blue does.
    ///
    /// Nor does it where luma shows so little of the whole picture that colours stand for it anyway.
    public static func hidesColours(_ picture: Picture) -> Bool {
        picture.pixels.withUnsafeBufferPointer {
            selvage_hides_colours($0.baseAddress, Int32(picture.width), Int32(picture.height)) != 0
        }
    }

    /// The features of a found picture, and the luma that they were found on.
    ///
    /// - Parameter showsColours: Whether the colours that luma hides stand for luma.
    public static func withLuma(
        ofPicture picture: Picture, most: Int = mostInPicture, pixels: Double = workingPixels,
        showsColours: Bool = false
    ) -> (features: LocalFeatures, luma: LumaPlane) {
        var settings = settings(forPicture: picture, most: most, pixels: pixels)
        settings.showsColours = showsColours
        var features: LocalFeatures?
        let count = settings.width * settings.height
        let luma = [Float](unsafeUninitializedCapacity: count) { room, written in
            // A picture too narrow to be looked at leaves its luma unwritten.
            room.initialize(repeating: 0)
            features = LocalFeatures(of: picture, settings: settings, luma: room.baseAddress)
            written = count
        }
        let empty = LocalFeatures(
            width: picture.width, height: picture.height, keypoints: [], descriptors: [])
        return (
            features ?? empty,
            LumaPlane(width: settings.width, height: settings.height, samples: luma)
        )
    }

    private static func settings(
        forPicture picture: Picture, most: Int, pixels: Double
    ) -> Settings {
        let size = workingSize(width: picture.width, height: picture.height, pixels: pixels)
        return Settings(
            width: size.width, height: size.height, octaves: 5, most: most,
            mostInField: max(24, most / 24), threshold: 1.3)
    }

    /// The sides of the squares with the area at which a repeat is looked at, and how many keypoints
    /// are taken there: pictures show it large and small.
    static let repeatSizes: [(side: Double, most: Int)] = [
        (400, 200), (200, 180), (100, 120), (50, 60),
    ]

    /// The features of a licensed repeat, which has no edge: its sides meet.
    public init(ofRepeat tile: Picture) {
        var keypoints: [Keypoint] = []
        var descriptors: [UInt8] = []
        for (side, most) in Self.repeatSizes {
            let scale = side / (Double(tile.width * tile.height)).squareRoot()
            let found = LocalFeatures(
                of: tile,
                settings: Settings(
                    width: max(12, Int((Double(tile.width) * scale).rounded())),
                    height: max(12, Int((Double(tile.height) * scale).rounded())),
                    wraps: true, octaves: 1, most: most, mostInField: 0, threshold: 1.3))
            keypoints += found.keypoints
            descriptors += found.descriptors
        }
        self.init(
            width: tile.width, height: tile.height, keypoints: keypoints, descriptors: descriptors)
    }
}
