// Names, as in logs and alerts.
#include "psp/psp_answer.hpp"

namespace florin::psp {

std::string_view to_string(PspField field) {
  switch (field) {
    case PspField::object: return "object";
    case PspField::order: return "order";
    case PspField::cluster: return "cluster";
    case PspField::amount: return "amount";
    case PspField::currency: return "currency";
    case PspField::livemode: return "livemode";
    case PspField::status: return "status";
  }
  return "";
}

std::string_view to_string(PspNotice notice) {
  switch (notice) {
    case PspNotice::unreadable: return "psp_unreadable";
    case PspNotice::sent_twice: return "psp_sent_twice";
    case PspNotice::two_objects: return "psp_two_objects";
    case PspNotice::redirected: return "psp_redirected";
    case PspNotice::unexpected: return "psp_unexpected";
  }
  return "";
}

}  // namespace florin::psp
