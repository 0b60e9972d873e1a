// A run's plan as a text file: what --minimise writes and --replay reads. One item per line, `name value` pairs,
// so that a person can read it, take lines away and run it again. Everything is in it: it means the same when
// the drawing of plans has changed. Unknown words and missing values are errors that name the line.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/result.hpp"
#include "sim/sim_run.hpp"

namespace florin::sim {

// Lines that begin with # say what happened when it ran.
std::string write_plan(const RunPlan& plan, const RunReport& report);
// `name` is for error messages: "name:line: what".
Result<RunPlan, Error> read_plan(std::string_view text, const std::string& name);

}  // namespace florin::sim
