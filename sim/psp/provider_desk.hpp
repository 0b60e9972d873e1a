// ProviderDesk: what the simulated provider answers to a request, over its store and the keys that it has seen.
//
// Keys as the real one has them: what is wrong with a request is not kept under its key, nor that it is being worked on; all that was
// said once execution had begun is, a 500 too, for 24 hours from the first use; other content under a key is refused (and
// counted: nobody may do that after a send that may have arrived).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "psp/http_message.hpp"
#include "sim/psp/form_fields.hpp"
#include "sim/psp/provider_store.hpp"

namespace florin::sim {

// What goes wrong with the provider itself, of what is kept under a key.
enum class ProviderMishap : std::uint8_t {
  none,
  fails_before,  // 500, and nothing was done
  fails_behind,  // 500, and it was done
};

class ProviderDesk {
 public:
  static constexpr std::int64_t key_life_us = 24LL * 3'600 * 1'000'000;

  // How long a page may live, from when it is made.
  explicit ProviderDesk(std::int64_t page_life_s_min = 30 * 60,
                        std::int64_t page_life_s_max = 24 * 3'600)
      : page_life_s_min_(page_life_s_min), page_life_s_max_(page_life_s_max) {}

  struct Worked {
    psp::HttpAnswer answer;
    std::string made;  // id of the session that this request has made; empty: none
  };
  // `busy_us`: for how long the key counts as being worked on.
  Worked answer(const psp::HttpRequest& request, std::int64_t now_us, std::int64_t busy_us,
                ProviderMishap mishap = ProviderMishap::none);

  [[nodiscard]] ProviderStore& store() { return store_; }
  [[nodiscard]] const ProviderStore& store() const { return store_; }
  // How often a key came with other content than before.
  [[nodiscard]] std::uint64_t conflicts() const { return conflicts_; }

 private:
  struct Key {
    std::string content;
    std::int64_t since_us = 0;
    std::int64_t busy_until_us = 0;
    psp::HttpAnswer answer;
  };

  psp::HttpAnswer read(std::string_view path, const FormFields& query, std::int64_t now_s);
  psp::HttpAnswer list(const FormFields& query, std::int64_t now_s);
  psp::HttpAnswer search(const FormFields& query, std::int64_t now_s);
  // Of a POST without its key: what is wrong with it before anything begins; nothing: it may begin.
  std::optional<psp::HttpAnswer> against(std::string_view path, const FormFields& body,
                                         std::int64_t now_s);
  Worked work(std::string_view path, const FormFields& body, std::int64_t now_s);

  std::int64_t page_life_s_min_;
  std::int64_t page_life_s_max_;
  ProviderStore store_;
  std::map<std::string, Key> keys_;
  std::uint64_t conflicts_ = 0;
};

}  // namespace florin::sim
