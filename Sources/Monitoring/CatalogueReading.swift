// From image bytes to the assets they show: decoding in a child process, then matching.

internal import Crawling
internal import SelvageTypes

/// Looks at the images of a crawl: decodes them and compares them with the catalogue.
struct CatalogueReading: ImageReader {
    let decoder: any PictureDecoder
    let examination: PictureExamination
    /// Whether images that show nothing are kept too, for a later generation of the catalogue.
    let keepsAll: Bool
    /// What an image with these bytes showed under the same comparison; nil when it is not known.
    var known: @Sendable (Digest) async -> ImageRecognition? = { _ in nil }

    func read(_ capture: Capture, of target: Target) async -> ImageReading {
        if let known = await known(capture.digest) {
            return ImageReading(
                recognition: known, keepsBody: keepsAll || !known.matches.isEmpty)
        }
        let picture: Picture
        do {
            picture = try await decoder.decode(capture.body)
        } catch {
            return ImageReading(
                recognition: nil, problem: Self.reason(error), detail: error.detail,
                keepsBody: false)
        }
        let recognition = await examination.recognise(
            picture, from: capture.body, digest: capture.digest, at: capture.ended)
        return ImageReading(
            recognition: recognition, problem: nil, detail: "",
            keepsBody: keepsAll || !recognition.matches.isEmpty)
    }

    private static func reason(_ error: DecodeError) -> NotChecked {
        switch error.reason {
        case .unknownFormat: .unsupportedFormat
        case .tooLarge, .timedOut: .overLimit
        case .damaged, .crashed: .undecodable
        }
    }
}
