// What `florin cert` prints.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/florin/certificate_view.hpp"

namespace florin::cli {
namespace {

const links::CertificateFiles files{"shop",       "florin://shop/node/2",
                                    "out/ca.crt", "out/node-2.crt",
                                    "out/\"2\"",  "Nov 22 11:00:00 2028 GMT"};

TEST(CertificateView, TextSaysWhomItSpeaksForAndWhereTheFilesAre) {
  EXPECT_EQ(render_certificate(files),
            "identity          florin://shop/node/2\n"
            "cluster           shop\n"
            "certificate       out/node-2.crt\n"
            "key               out/\"2\"\n"
            "authority         out/ca.crt\n"
            "valid_until       Nov 22 11:00:00 2028 GMT\n");
}

TEST(CertificateView, JsonIsOneObjectWithEscapedTexts) {
  EXPECT_EQ(
      certificate_json(files),
      R"({"identity":"florin://shop/node/2","cluster":"shop","certificate":"out/node-2.crt",)"
      R"("key":"out/\"2\"","authority":"out/ca.crt","valid_until":"Nov 22 11:00:00 2028 GMT"})");
}

}  // namespace
}  // namespace florin::cli
