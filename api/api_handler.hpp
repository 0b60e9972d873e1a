// ApiHandler: the HTTP API of a node (api/openapi.yaml): finds the route, guards it, counts it.
//
// Promises: every request is answered once, and never blocks the thread that brought it. Before the node is
// ready, and while it drains, everything but health, metrics and version is 503 with nothing executed.
//
// Lifetime: it must outlive the server that calls it, and be destroyed before the node's services. Asks may
// still be answered after it: their answers go nowhere, and the log is not read any more.
#pragma once

#include <vector>

#include "api/api_context.hpp"
#include "api/route_table.hpp"
#include "runtime/metrics/metrics.hpp"

namespace florin {

class ApiHandler final : public HttpHandler {
 public:
  ApiHandler(NodeServices services, ApiOptions options);
  ~ApiHandler() override;

  void handle(HttpRequest request, Respond respond) override;
  [[nodiscard]] std::size_t body_bytes_max(const HttpRequest& header) const override;
  void observe(const HttpObservation& answer) noexcept override;
  void connection_opened() noexcept override;
  void connection_closed() noexcept override;

 private:
  Respond counted(Metrics::HttpRoute& route, Respond respond);
  Metrics::HttpRoute& metrics_of(const Route& route) const;

  std::shared_ptr<ApiContext> context_;
  std::vector<Metrics::HttpRoute*> routes_;  // by place in all_routes()
  Metrics::HttpRoute* unknown_route_;
};

}  // namespace florin
