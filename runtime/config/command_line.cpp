// The only file that knows CLI11. Its own help, defaults and configuration files stay unused.
#include "runtime/config/command_line.hpp"

#include <CLI/CLI.hpp>

namespace florin {

Result<CommandLine, Error> parse_command_line(int argc, const char* const* argv) {
  try {
    CLI::App app("florind");
    app.set_help_flag();
    CommandLine line;
    std::string config_file;
    app.add_flag("-h,--help", line.help);
    app.add_flag("-V,--version", line.version);
    const auto* config_option = app.add_option("--config", config_file);

    const auto all = settings();
    std::vector<std::string> values(all.size());
    std::vector<const CLI::Option*> options;
    for (std::size_t i = 0; i < all.size(); ++i) {
      options.push_back(app.add_option(option_name(all[i]), values[i]));
    }
    app.parse(argc, argv);

    if (config_option->count() != 0) line.config_file = config_file;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (options[i]->count() != 0) line.given.push_back({&all[i], values[i]});
    }
    return line;
  } catch (const std::exception& e) {
    return Err{
        Error{Errc::invalid, std::string(e.what()) + "\nSee florind --help for all options.\n"}};
  }
}

}  // namespace florin
