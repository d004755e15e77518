// libxml2's pull reader, as the one Swift module Extraction sees it.

#ifndef SELVAGE_CXML2_H
#define SELVAGE_CXML2_H

// Debian builds libxml2 with ICU; its headers would then declare UErrorCode a second time, against
// the copy that Foundation carries, and a clean build fails. We use no ICU type and never touch
// xmlCharEncodingHandler, whose layout depends on it.
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED
#include <libxml/xmlerror.h>
#include <libxml/xmlreader.h>

// Errors are read from the reader's state; nothing may be printed on stderr.
static inline void selvage_xml_be_quiet(void *context, xmlErrorPtr error) {
    (void)context;
    (void)error;
}

static inline void selvage_xml_silence(xmlTextReaderPtr reader) {
    xmlTextReaderSetStructuredErrorHandler(reader, (xmlStructuredErrorFunc)selvage_xml_be_quiet, 0);
}

// Whether the document's own DTD declares entities, which we never expand. Both tables live in the
// internal subset; an external one is never loaded. (xmlTextReaderCurrentDoc would make us the
// owner of the tree, the node's own link does not.)
static inline int selvage_xml_declares_entities(xmlTextReaderPtr reader) {
    xmlNodePtr node = xmlTextReaderCurrentNode(reader);
    if (node == 0 || node->doc == 0 || node->doc->intSubset == 0) return 0;
    return node->doc->intSubset->entities != 0 || node->doc->intSubset->pentities != 0;
}

#endif
