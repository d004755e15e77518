// A sink that writes tokens down, so that tests can compare them.

@testable import Extraction

/// A token as bytes; text runs that touch are one.
enum RecordedToken: Equatable {
    case start(String, [String: [UInt8]], isSelfClosing: Bool)
    case end(String)
    case text([UInt8])
    case comment([UInt8])
    case doctype(HTMLDoctype)
}

/// Writes tokens down and, when asked, switches states as a page would.
struct TokenRecorder: HTMLTokenSink {
    var tokens: [RecordedToken] = []
    var model: ContentModel?

    var allowsCDATA: Bool { model?.isForeign ?? false }

    mutating func startTag(_ tag: borrowing HTMLTag) -> HTMLTextState {
        var attributes: [String: [UInt8]] = [:]
        for index in 0..<tag.attributes.count {
            let attribute = tag.attributes[index]
            attributes[tag.nameText(of: attribute)] = tag.valueBytes(of: attribute)
        }
        tokens.append(.start(tag.nameText, attributes, isSelfClosing: tag.isSelfClosing))
        return model?.open(tag) ?? .data
    }

    mutating func endTag(_ tag: borrowing HTMLTag) {
        model?.close(tag)
        tokens.append(.end(tag.nameText))
    }

    mutating func text(_ run: HTMLText) {
        var bytes: [UInt8] = []
        if case .text(let before) = tokens.last {
            bytes = before
            tokens.removeLast()
        }
        run.append(to: &bytes)
        tokens.append(.text(bytes))
    }

    mutating func comment(_ bytes: UnsafeBufferPointer<UInt8>) {
        var text: [UInt8] = []
        bytes.append(to: &text, replacingNUL: true)
        tokens.append(.comment(text))
    }

    mutating func doctype(_ doctype: HTMLDoctype) {
        tokens.append(.doctype(doctype))
    }
}

/// The tokens of a source that is UTF-8 with line feeds already.
func tokens(
    _ source: [UInt8], state: HTMLTextState = .data, lastStartTag: String = "",
    model: ContentModel? = nil
) -> [RecordedToken] {
    source.withUnsafeBufferPointer { buffer in
        var tokenizer = HTMLTokenizer(
            buffer, sink: TokenRecorder(model: model), state: state,
            lastStartTag: Array(lastStartTag.utf8))
        tokenizer.run()
        return tokenizer.sink.tokens
    }
}

/// The tokens of a page, states switched as a tree builder would.
func pageTokens(_ source: String) -> [RecordedToken] {
    tokens(Array(source.utf8), model: ContentModel())
}
