// The table of codes: complete, in order, and the same in docs/ERRORS.md and in the answers.
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "api/problem/problem_details.hpp"
#include "base/error.hpp"

namespace florin {
namespace {

// Cells of every table row below the heading, without blanks and back quotes.
std::vector<std::vector<std::string>> rows_below(const std::string& heading) {
  std::ifstream file(std::string(FLORIN_SOURCE_DIR) + "/docs/ERRORS.md");
  std::vector<std::vector<std::string>> rows;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("## ")) inside = line == "## " + heading;
    if (!inside || !line.starts_with("| `")) continue;
    std::vector<std::string> cells;
    std::istringstream stream(line.substr(1));
    for (std::string cell; std::getline(stream, cell, '|');) {
      std::erase(cell, '`');
      const auto first = cell.find_first_not_of(' ');
      if (first != std::string::npos)
        cells.push_back(cell.substr(first, cell.find_last_not_of(' ') - first + 1));
    }
    rows.push_back(cells);
  }
  return rows;
}

TEST(Problems, AreTheTableOfTheDocumentation) {
  const auto rows = rows_below("Codes of the API");
  const auto kinds = problem_kinds();
  ASSERT_EQ(rows.size(), kinds.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    ASSERT_EQ(rows[i].size(), 5U) << rows[i][0];
    EXPECT_EQ(rows[i][0], kinds[i].code);
    EXPECT_EQ(rows[i][1], std::to_string(kinds[i].status)) << rows[i][0];
    EXPECT_EQ(rows[i][2], to_string(kinds[i].outcome)) << rows[i][0];
    EXPECT_EQ(rows[i][3], to_string(kinds[i].retry)) << rows[i][0];
    EXPECT_GT(rows[i][4].size(), 10U) << rows[i][0];
  }
}

TEST(Problems, DocumentEveryErrorOfTheNode) {
  std::vector<std::string> documented;
  for (const auto& row : rows_below("Errors of the node")) documented.push_back(row.at(0));
  std::vector<std::string> all;
  for (const Errc code : {Errc::io, Errc::disk_full, Errc::corrupt, Errc::missing, Errc::locked,
                          Errc::mismatch, Errc::invalid, Errc::unavailable, Errc::disk_lost})
    all.emplace_back(to_string(code));
  EXPECT_EQ(documented, all);
}

TEST(Problems, CoverEveryRejectionInOrder) {
  for (std::size_t i = 0; i < all_rejections.size(); ++i) {
    EXPECT_EQ(problem_kinds()[i].code, to_string(all_rejections[i]));
    EXPECT_EQ(&problem_kind(all_rejections[i]), &problem_kinds()[i]);
  }
  EXPECT_EQ(problem_kind(EdgeCode::invalid_json).code, "invalid_json");
  EXPECT_EQ(problem_kind(EdgeCode::ambiguous).code, "ambiguous");
  EXPECT_EQ(problem_kind(EdgeCode::timeout).code, "timeout");
}

TEST(Problems, AdviseRetriesAsTheDomainSees) {
  for (const Rejection code : all_rejections) {
    const Retry retry = problem_kind(code).retry;
    if (code == Rejection::transaction_id_reused)
      EXPECT_EQ(retry, Retry::new_id);
    else
      EXPECT_EQ(retry != Retry::never, is_transient(code)) << to_string(code);
    EXPECT_EQ(problem_kind(code).outcome, Outcome::not_executed);
  }
}

TEST(Problems, ShowAllTheirMembersAndHeaders) {
  Problem problem(Rejection::insufficient_available);
  problem.instance = "/x\"y";
  problem.param = "/amount";
  problem.position = Position{7, 1, 3};
  problem.transaction_id = Uuid::parse("00000000-0000-4000-8000-000000000001");
  problem.replayed = true;
  const HttpResponse response = to_response(problem);
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_EQ(
      response.body,
      R"({"type":"urn:florin:problem:insufficient_available","title":"Insufficient available balance",)"
      R"("status":422,"detail":"The payer's available balance is less than the amount.",)"
      R"("instance":"/x\"y","code":"insufficient_available","param":"/amount","outcome":"not_executed",)"
      R"("retry":"new_id","position":"p3:7:1","Transaction_id":"00000000-0000-4000-8000-000000000001"})");
  const std::vector<std::pair<std::string, std::string>> headers{{"Florin-Position", "p3:7:1"},
                                                                 {"Florin-Replayed", "true"}};
  EXPECT_EQ(response.headers, headers);
  EXPECT_EQ(to_response(Problem(EdgeCode::overloaded)).headers.at(0).first, "Retry-After");
  EXPECT_EQ(to_response(Problem(EdgeCode::request_in_progress)).headers.at(0).first, "Retry-After");
}

TEST(Problems, ShowAllPartsAtOnceAndTheFirstByTheOrderOfTheTable) {
  const Problem problem(std::vector<ProblemPart>{
      {problem_kind(EdgeCode::psp_unknown), "/payment_method/psp"},
      {problem_kind(Rejection::amount_not_positive), "/payment_orders/0/amount"},
      {problem_kind(EdgeCode::unknown_field), "/metadata", "not yet"}});
  EXPECT_EQ(problem.kind, &problem_kind(EdgeCode::unknown_field));
  const HttpResponse response = to_response(problem);
  EXPECT_EQ(response.status, 400);
  EXPECT_NE(
      response.body.find(
          R"("code":"unknown_field","param":"/metadata","outcome":"not_executed",)"
          R"("retry":"never","errors":[{"code":"psp_unknown","param":"/payment_method/psp",)"),
      std::string::npos)
      << response.body;
  EXPECT_NE(
      response.body.find(R"({"code":"unknown_field","param":"/metadata","detail":"not yet"}])"),
      std::string::npos)
      << response.body;
}

}  // namespace
}  // namespace florin
