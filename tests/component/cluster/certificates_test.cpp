// `florin cert` on a real disk: files, their modes, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "cluster/links/tls_context.hpp"
#include "tests/component/cluster/links_kit.hpp"

namespace florin::links {
namespace {

using namespace testing_kit;
using testing::HasSubstr;

mode_t mode_of(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 0777;
}

NodeCertificateRequest request_of(const std::string& ca, const std::string& out, NodeNumber node) {
  NodeCertificateRequest request;
  request.ca_dir = ca;
  request.out_dir = out;
  request.node = node;
  return request;
}

template <class T>
std::string error_of(const Result<T, Error>& result) {
  return result ? "" : result.error().context;
}

TEST(Certificates, NodeGetsItsOwnDirectoryWithAllThatItNeeds) {
  TempDirectory directory;
  ASSERT_TRUE(make_authority({directory.path("ca"), "shop"}).has_value());
  auto request = request_of(directory.path("ca"), directory.path("two"), 2);
  request.hosts = {"10.0.0.7", "node-2.example", "::1"};
  const auto made = make_node_certificate(request);
  ASSERT_TRUE(made.has_value()) << error_of(made);
  EXPECT_EQ(made->uri, "florin://shop/node/2");
  EXPECT_EQ(mode_of(made->key_file), 0600U);
  EXPECT_EQ(mode_of(directory.path("ca/ca.key")), 0600U);
  EXPECT_THAT(made->not_after, HasSubstr("GMT"));
  EXPECT_TRUE(
      make_tls_context({made->ca_file, made->cert_file, made->key_file}, {"shop", 2}).has_value());
}

TEST(Certificates, NothingIsOverwritten) {
  TempDirectory directory;
  const std::string ca = directory.path("ca");
  ASSERT_TRUE(make_authority({ca, "shop"}).has_value());
  EXPECT_THAT(error_of(make_authority({ca, "shop"})), HasSubstr("not overwritten"));
  ASSERT_TRUE(make_node_certificate(request_of(ca, ca, 2)).has_value());
  EXPECT_THAT(error_of(make_node_certificate(request_of(ca, ca, 2))),
              HasSubstr("node-2.crt exists"));
  EXPECT_TRUE(make_node_certificate(request_of(ca, ca, 3)).has_value());
}

TEST(Certificates, AuthorityMustBeThereAndBeOurs) {
  TempDirectory directory;
  EXPECT_THAT(
      error_of(make_node_certificate(request_of(directory.path("none"), directory.path("out"), 2))),
      HasSubstr("florin cert ca"));
  ASSERT_TRUE(make_authority({directory.path("one"), "shop"}).has_value());
  ASSERT_TRUE(make_authority({directory.path("two"), "shop"}).has_value());
  EXPECT_THAT(
      error_of(make_node_certificate(request_of(directory.path("one"), directory.path("two"), 2))),
      HasSubstr("another authority's"));
  std::filesystem::copy_file(directory.path("one/ca.key"), directory.path("two/ca.key"),
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_THAT(
      error_of(make_node_certificate(request_of(directory.path("two"), directory.path("out"), 2))),
      HasSubstr("does not belong"));
  std::ofstream(directory.path("one/ca.crt")) << "no PEM";
  EXPECT_THAT(
      error_of(make_node_certificate(request_of(directory.path("one"), directory.path("out"), 2))),
      HasSubstr("not PEM"));
}

TEST(Certificates, ArgumentsAreChecked) {
  TempDirectory directory;
  EXPECT_THAT(error_of(make_authority({directory.path(), "two words"})), HasSubstr("--cluster"));
  EXPECT_THAT(error_of(make_authority({directory.path(), "shop", 0})), HasSubstr("--days"));
  ASSERT_TRUE(make_authority({directory.path(), "shop"}).has_value());
  EXPECT_THAT(error_of(make_node_certificate(request_of(directory.path(), directory.path(), 0))),
              HasSubstr("--node"));
  auto request = request_of(directory.path(), directory.path(), 2);
  request.hosts = {"evil,URI:florin://shop/node/1"};
  EXPECT_THAT(error_of(make_node_certificate(request)), HasSubstr("--host"));
}

}  // namespace
}  // namespace florin::links
