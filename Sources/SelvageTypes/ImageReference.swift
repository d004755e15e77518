// An image address with how it was found and the facts beside it.

/// An image address with how it was found and the facts beside it.
public struct ImageReference: Hashable, Sendable, Codable {
    /// How an image was named in its document.
    public enum Form: String, Hashable, Sendable, Codable, CaseIterable {
        case imgSrc, srcset, pictureSource, lazyAttribute, openGraph, jsonLD, microdata
        case inlineStyle, styleSheet, videoPoster, svgImage, inputImage, object, linkPreload
        case linkedImage, noscript, feed, sitemap, event, listed
    }

    /// The absolute address of the image.
    public var address: WebAddress
    /// How it was named.
    public var form: Form
    /// Alternative text, empty when there is none.
    public var text: String
    /// What the document says about the thing this image shows.
    public var facts: [Fact]
    /// Other sizes of the same picture that the document names; they are not fetched.
    public var sizes: [WebAddress] = []

    /// An image reference.
    public init(address: WebAddress, form: Form, text: String = "", facts: [Fact] = []) {
        self.address = address
        self.form = form
        self.text = text
        self.facts = facts
    }
}
