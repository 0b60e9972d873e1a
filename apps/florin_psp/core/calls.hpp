// The API's operations. Each reads its parameters, changes the state through Step, and gives the object's JSON or an
// error. Parameters are all checked before anything changes: a call that is refused for them has changed nothing.
#pragma once

#include <string>

#include "apps/florin_psp/core/params.hpp"
#include "apps/florin_psp/core/step.hpp"
#include "base/result.hpp"

namespace florin::sandbox {

using CallResult = Result<std::string, StripeError>;
// `id`: what stands in the path's {id}; empty where there is none.
using Operation = CallResult (*)(Step& step, Params& params, const std::string& id);

CallResult create_session(Step& step, Params& params, const std::string& id);
CallResult retrieve_session(Step& step, Params& params, const std::string& id);
CallResult list_sessions(Step& step, Params& params, const std::string& id);
CallResult expire_session(Step& step, Params& params, const std::string& id);

CallResult create_intent(Step& step, Params& params, const std::string& id);
CallResult retrieve_intent(Step& step, Params& params, const std::string& id);
CallResult update_intent(Step& step, Params& params, const std::string& id);
CallResult confirm_intent(Step& step, Params& params, const std::string& id);
CallResult cancel_intent(Step& step, Params& params, const std::string& id);
CallResult capture_intent(Step& step, Params& params, const std::string& id);
CallResult list_intents(Step& step, Params& params, const std::string& id);
CallResult search_intents(Step& step, Params& params, const std::string& id);

CallResult retrieve_charge(Step& step, Params& params, const std::string& id);
CallResult list_charges(Step& step, Params& params, const std::string& id);
CallResult create_refund(Step& step, Params& params, const std::string& id);
CallResult retrieve_refund(Step& step, Params& params, const std::string& id);
CallResult list_refunds(Step& step, Params& params, const std::string& id);

CallResult retrieve_event(Step& step, Params& params, const std::string& id);
CallResult list_events(Step& step, Params& params, const std::string& id);
CallResult create_endpoint(Step& step, Params& params, const std::string& id);
CallResult retrieve_endpoint(Step& step, Params& params, const std::string& id);
CallResult update_endpoint(Step& step, Params& params, const std::string& id);
CallResult delete_endpoint(Step& step, Params& params, const std::string& id);
CallResult list_endpoints(Step& step, Params& params, const std::string& id);

}  // namespace florin::sandbox
