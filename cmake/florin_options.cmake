# Language level, warnings, sanitizers, compiler cache: the same for every target of ours.
option(FLORIN_SANITIZE "AddressSanitizer and UndefinedBehaviorSanitizer" OFF)
option(FLORIN_COVERAGE "gcov instrumentation" OFF)
option(FLORIN_TESTS "Build tests" ON)
option(FLORIN_BENCH "Build benchmarks" OFF)
option(FLORIN_CLUSTER "Consensus between nodes; needs Go to build (not to run)" ON)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

find_program(FLORIN_CCACHE ccache)
if(FLORIN_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${FLORIN_CCACHE})
endif()

# Release keeps our asserts (FLORIN_ASSERT does not look at NDEBUG); debug info only for back traces.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1 -DNDEBUG")
set(CMAKE_INTERPROCEDURAL_OPTIMIZATION_RELEASE ON)
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1 -D_GLIBCXX_ASSERTIONS")
add_compile_options(-fno-omit-frame-pointer)
if(FLORIN_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
endif()
if(FLORIN_COVERAGE)
  add_compile_options(--coverage)
  add_link_options(--coverage)
endif()

add_library(florin_warnings INTERFACE)
target_compile_options(florin_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wswitch-enum -Werror
  # false positives of g++ 12: coroutine frame recycling, and std::variant/optional at -O2
  -Wno-mismatched-new-delete -Wno-maybe-uninitialized)

# florin_library(name SOURCES... ) with DEPENDS: a target named florin_<folder>, included as "<folder>/...".
function(florin_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS;PRIVATE_DEPENDS" ${ARGN})
  add_library(florin_${name} STATIC ${arg_SOURCES})
  target_include_directories(florin_${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(florin_${name} PUBLIC ${arg_DEPENDS} PRIVATE florin_warnings ${arg_PRIVATE_DEPENDS})
endfunction()
