// See completion.hpp.
#include "apps/florin/completion.hpp"

#include <algorithm>

namespace florin::cli {

namespace {
std::string joined(const CommandWords& command) {
  std::string words;
  for (const auto* list : {&command.subcommands, &command.options})
    for (const std::string& word : *list) words += (words.empty() ? "" : " ") + word;
  return words;
}

// bash; zsh runs the same through bashcompinit.
std::string bash_function(const std::vector<CommandWords>& commands) {
  std::string out =
      "_florin() {\n"
      "  local path=\"\" word words=\"\" i\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    word=\"${COMP_WORDS[i]}\"\n"
      "    case \"${path:+$path }$word\" in\n";
  for (const CommandWords& command : commands)
    if (!command.path.empty())
      out += "      \"" + command.path + "\") path=\"" + command.path + "\" ;;\n";
  out += "    esac\n  done\n  case \"$path\" in\n";
  for (const CommandWords& command : commands)
    out += "    \"" + command.path + "\") words=\"" + joined(command) + "\" ;;\n";
  return out +
         "  esac\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n"
         "}\n"
         "complete -F _florin florin\n";
}

std::string fish_lines(const std::vector<CommandWords>& commands) {
  std::string out = "complete -c florin -f\n";
  for (const CommandWords& command : commands) {
    std::string condition = "__fish_use_subcommand";
    if (!command.path.empty()) {
      condition.clear();
      for (std::size_t from = 0; from <= command.path.size();) {
        const std::size_t end = std::min(command.path.find(' ', from), command.path.size());
        condition += (condition.empty() ? "" : "; and ");
        condition += "__fish_seen_subcommand_from " + command.path.substr(from, end - from);
        from = end + 1;
      }
    }
    for (const std::string& word : command.subcommands)
      out += "complete -c florin -n '" + condition + "' -a " + word + "\n";
    for (const std::string& option : command.options)
      if (option.starts_with("--"))
        out += "complete -c florin -n '" + condition + "' -l " + option.substr(2) + "\n";
  }
  return out;
}
}  // namespace

std::optional<Shell> parse_shell(std::string_view name) noexcept {
  if (name == "bash") return Shell::bash;
  if (name == "zsh") return Shell::zsh;
  if (name == "fish") return Shell::fish;
  return std::nullopt;
}

std::string completion_script(Shell shell, const std::vector<CommandWords>& commands) {
  switch (shell) {
    case Shell::bash:
      return "# florin completion bash > /etc/bash_completion.d/florin\n" + bash_function(commands);
    case Shell::zsh:
      return "# source <(florin completion zsh)\nautoload -U +X bashcompinit && bashcompinit\n" +
             bash_function(commands);
    case Shell::fish:
      return "# florin completion fish > ~/.config/fish/completions/florin.fish\n" +
             fish_lines(commands);
  }
  return {};
}

}  // namespace florin::cli
