// Shell completion scripts, written from the tree of commands itself, so they cannot go out of date.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace florin::cli {

// What can follow a command path: its subcommands and its options.
struct CommandWords {
  std::string path;  // "", "account", "account create"
  std::vector<std::string> subcommands;
  std::vector<std::string> options;
};

enum class Shell { bash, zsh, fish };
std::optional<Shell> parse_shell(std::string_view name) noexcept;

std::string completion_script(Shell shell, const std::vector<CommandWords>& commands);

}  // namespace florin::cli
