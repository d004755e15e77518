// The port by which a crawl has an image looked at.

public import SelvageTypes

/// The port by which a crawl has an image looked at.
public protocol ImageReader: Sendable {
    /// Whether it reads the bytes; otherwise captures bring digests and lengths only.
    var wantsBytes: Bool { get }
    /// Looks at the bytes of one image.
    func read(_ capture: Capture, of target: Target) async -> ImageReading
}

extension ImageReader {
    /// Most readers look at the bytes.
    public var wantsBytes: Bool { true }
}

/// What an image gave.
public struct ImageReading: Sendable {
    /// What it shows; nil when it could not be decoded.
    public var recognition: ImageRecognition?
    /// Why it could not be looked at; nil when it could.
    public var problem: NotChecked?
    /// One sentence for people when it could not.
    public var detail: String
    /// Whether the bytes are kept for evidence.
    public var keepsBody: Bool

    /// What an image gave.
    public init(
        recognition: ImageRecognition?, problem: NotChecked? = nil, detail: String = "",
        keepsBody: Bool = false
    ) {
        self.recognition = recognition
        self.problem = problem
        self.detail = detail
        self.keepsBody = keepsBody
    }
}
