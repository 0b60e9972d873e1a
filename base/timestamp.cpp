// Timestamp text: RFC 3339 in and out. Own calendar arithmetic (proleptic Gregorian, Hinnant's
// days-from-civil), so that no locale, time zone database or libc call is between a deadline and its meaning.
#include <charconv>

#include "base/ids.hpp"

namespace florin {
namespace {

constexpr std::int64_t us_per_second = 1'000'000;
constexpr std::int64_t us_per_day = 86'400 * us_per_second;
constexpr std::size_t fraction_digits_max = 9;

struct Civil {
  std::int64_t year = 0;
  int month = 0;
  int day = 0;
};

constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) noexcept {
  return a / b - (a % b < 0 ? 1 : 0);
}

// Days since 1970-01-01. Years start in March inside, so that the leap day is the last of its year.
constexpr std::int64_t days_from_civil(Civil c) noexcept {
  const std::int64_t year = c.month <= 2 ? c.year - 1 : c.year;
  const std::int64_t era = floor_div(year, 400);
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (c.month + (c.month > 2 ? -3 : 9)) + 2) / 5 + c.day - 1;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

constexpr Civil civil_from_days(std::int64_t days) noexcept {
  const std::int64_t shifted = days + 719'468;
  const std::int64_t era = floor_div(shifted, 146'097);
  const std::int64_t day_of_era = shifted - era * 146'097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t march_month = (5 * day_of_year + 2) / 153;
  const int day = static_cast<int>(day_of_year - (153 * march_month + 2) / 5 + 1);
  const int month = static_cast<int>(march_month < 10 ? march_month + 3 : march_month - 9);
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

static_assert(days_from_civil({1970, 1, 1}) == 0);
static_assert(days_from_civil({2000, 3, 1}) == 11'017);
static_assert(civil_from_days(11'016).day == 29);

constexpr std::int64_t us_end = days_from_civil({10'000, 1, 1}) * us_per_day;  // first one too late

constexpr bool is_leap(int year) noexcept {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

constexpr int days_in_month(int year, int month) noexcept {
  constexpr std::array<int, 12> days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : days[static_cast<std::size_t>(month - 1)];
}

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

// Reads the text from left to right; the first thing that is not in the grammar makes it bad for good.
class Reader {
 public:
  explicit Reader(std::string_view text) noexcept : rest_(text) {}

  int digits(std::size_t count, int min, int max) noexcept {
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (rest_.empty() || !is_digit(rest_.front())) return fail();
      value = value * 10 + (rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    return value < min || value > max ? fail() : value;
  }
  // One of the characters, which is returned.
  char one_of(std::string_view allowed) noexcept {
    if (rest_.empty() || allowed.find(rest_.front()) == std::string_view::npos) {
      fail();
      return '\0';
    }
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }
  // ".123456789" -> 123456 us. Later digits are cut off, never rounded up into the next second.
  std::int64_t fraction_us() noexcept {
    if (rest_.empty() || rest_.front() != '.') return 0;
    rest_.remove_prefix(1);
    std::size_t count = 0;
    std::int64_t us = 0;
    for (std::int64_t unit = us_per_second / 10; !rest_.empty() && is_digit(rest_.front());
         unit /= 10, ++count) {
      us += (rest_.front() - '0') * unit;
      rest_.remove_prefix(1);
    }
    if (count == 0 || count > fraction_digits_max) fail();
    return us;
  }
  [[nodiscard]] bool done() const noexcept { return ok_ && rest_.empty(); }

 private:
  int fail() noexcept {
    ok_ = false;
    return 0;
  }
  std::string_view rest_;
  bool ok_ = true;
};

// Seconds east of Greenwich.
std::int64_t read_offset(Reader& reader) noexcept {
  const char sign = reader.one_of("Zz+-");
  if (sign != '+' && sign != '-') return 0;
  const int hours = reader.digits(2, 0, 23);
  reader.one_of(":");
  const int minutes = reader.digits(2, 0, 59);
  const std::int64_t seconds = hours * 3'600 + minutes * 60;
  return sign == '-' ? -seconds : seconds;
}

// May 23:59:60 UTC be at the end of this day? Leap seconds are put in at the end of a month (ITU-R TF.460). Which months have
// had one is not looked up: the list of those to come is known half a year ahead.
bool may_end_in_leap_second(std::int64_t days) noexcept {
  return civil_from_days(days + 1).day == 1;
}

void append_padded(std::string& out, std::int64_t value, int width) {
  std::array<char, 20> buffer;
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  for (auto size = result.ptr - buffer.data(); size < width; ++size) out += '0';
  out.append(buffer.data(), result.ptr);
}

}  // namespace

std::optional<Timestamp> Timestamp::parse_rfc3339(std::string_view text) noexcept {
  Reader reader(text);
  // 1969: an offset may carry it into the range, which is judged in UTC below.
  const int year = reader.digits(4, 1969, 9999);
  reader.one_of("-");
  const int month = reader.digits(2, 1, 12);
  reader.one_of("-");
  const int day = reader.digits(2, 1, 31);
  reader.one_of("Tt");
  const int hour = reader.digits(2, 0, 23);
  reader.one_of(":");
  const int minute = reader.digits(2, 0, 59);
  reader.one_of(":");
  const int second = reader.digits(2, 0, 60);
  const std::int64_t fraction_us = reader.fraction_us();
  const std::int64_t offset = read_offset(reader);
  if (!reader.done() || day > days_in_month(year, month)) return std::nullopt;

  const std::int64_t seconds = hour * 3'600 + minute * 60 + second - offset;
  std::int64_t us = days_from_civil({year, month, day}) * us_per_day + seconds * us_per_second;
  if (second == 60) {
    // Our days have 86,400 seconds. A leap second is the last moment of its day, never one of the next: what is meant
    // as a deadline does not become later by it.
    const std::int64_t days = floor_div(us, us_per_day);
    if (us != days * us_per_day || !may_end_in_leap_second(days - 1)) return std::nullopt;
    us -= 1;
  } else {
    us += fraction_us;
  }
  if (us < 0 || us >= us_end) return std::nullopt;
  // 0 means "none": a deadline at 1970-01-01T00:00:00Z has passed, it is not a missing deadline.
  return Timestamp{us == 0 ? 1 : us};
}

std::string Timestamp::to_rfc3339() const {
  const std::int64_t days = floor_div(us, us_per_day);
  const std::int64_t us_of_day = us - days * us_per_day;
  const std::int64_t second = us_of_day / us_per_second;
  const Civil civil = civil_from_days(days);
  std::string out;
  out.reserve(27);
  append_padded(out, civil.year, 4);
  append_padded(out += '-', civil.month, 2);
  append_padded(out += '-', civil.day, 2);
  append_padded(out += 'T', second / 3'600, 2);
  append_padded(out += ':', second / 60 % 60, 2);
  append_padded(out += ':', second % 60, 2);
  append_padded(out += '.', us_of_day % us_per_second, 6);
  out += 'Z';
  return out;
}

}  // namespace florin
