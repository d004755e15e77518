// What libcurl's results mean to us.

internal import CCurl
internal import SelvageTypes

/// The fault that a result of libcurl stands for.
///
/// - Parameter objection: What the network policy said to a peer that it refused.
func curlFault(_ code: CURLcode, objection: String?) -> Fault {
    if code == CURLE_COULDNT_CONNECT, let objection { return Fault(.forbiddenAddress, objection) }
    let words = String(cString: curl_easy_strerror(code))
    switch code {
    case CURLE_URL_MALFORMAT, CURLE_LOGIN_DENIED:
        return Fault(.unsupportedAddress, "The address cannot be asked for: \(words).")
    case CURLE_COULDNT_RESOLVE_HOST:
        return Fault(.nameNotResolved, "The host's name is not known to the name servers.")
    case CURLE_COULDNT_CONNECT, CURLE_INTERFACE_FAILED, CURLE_OUT_OF_MEMORY:
        return Fault(.unreachable, "The host cannot be reached: \(words).")
    case CURLE_OPERATION_TIMEDOUT:
        return Fault(.timedOut(afterMilliseconds: 0), "The request took too long.")
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM,
        CURLE_SSL_CIPHER, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR,
        CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED:
        return Fault(.tlsFailed, "No trusted TLS connection could be made: \(words).")
    default:
        return Fault(.brokenAnswer, "The answer is not complete, correct HTTP: \(words).")
    }
}
