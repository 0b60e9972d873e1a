// What the simulated provider writes: its objects, errors and events as JSON, in the form that the real one has. Every text in
// them is of its own making or was asked for in ids of ours, so nothing is escaped.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "psp/http_message.hpp"
#include "sim/psp/provider_store.hpp"

namespace florin::sim {

std::string session_json(const ProviderSession& session);
std::string list_json(const std::vector<const ProviderSession*>& sessions, bool has_more);
// Of intents, for a search.
std::string intents_json(const std::vector<const ProviderSession*>& sessions);
// A webhook: `type` about the session as it is now.
std::string event_json(std::string_view id, std::string_view type, std::int64_t created_s,
                       const ProviderSession& session);

psp::HttpAnswer said(std::uint16_t status, std::string body);
// In the provider's shape of an error.
psp::HttpAnswer refused(std::uint16_t status, std::string_view type, std::string_view code,
                        std::string_view param = {});

}  // namespace florin::sim
