# Language level, warnings, sanitizers, compiler cache: the same for every target of ours.
option(FLORIN_SANITIZE "AddressSanitizer and UndefinedBehaviorSanitizer" OFF)
option(FLORIN_THREAD_SANITIZE "ThreadSanitizer, with the CAF that tools/caf_sources builds (./dev tsan)" OFF)
option(FLORIN_COVERAGE "gcov instrumentation" OFF)
option(FLORIN_TESTS "Build tests" ON)
option(FLORIN_BENCH "Build benchmarks" OFF)
include(${CMAKE_CURRENT_LIST_DIR}/florin_unity.cmake)
option(FLORIN_LTO "Optimise at link time: what packages and benchmarks are built with" OFF)
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
set(CMAKE_INTERPROCEDURAL_OPTIMIZATION_RELEASE ${FLORIN_LTO})
set(CMAKE_CXX_FLAGS_DEBUG "-Og -g1 -D_GLIBCXX_ASSERTIONS")
add_compile_options(-fno-omit-frame-pointer)
# g++ collects its garbage again and again by default: a quarter of the time of a whole build, for half a gigabyte in each compiler.
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  add_compile_options(SHELL:--param=ggc-min-expand=100 SHELL:--param=ggc-min-heapsize=1000000)
endif()
if(FLORIN_SANITIZE)
  # Without what AddressSanitizer reports as well (null, object-size) and alignment, which together cost a third of the
  # compile time of this build; the fuzzers are built with alignment.
  add_compile_options(-fsanitize=address,undefined -fno-sanitize=null,alignment,object-size -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
endif()
if(FLORIN_THREAD_SANITIZE)
  add_compile_options(-fsanitize=thread)
  add_link_options(-fsanitize=thread)
endif()
if(FLORIN_COVERAGE)
  add_compile_options(--coverage)
  add_link_options(--coverage)
endif()

add_library(florin_warnings INTERFACE)
target_compile_options(florin_warnings INTERFACE
  -Wall -Wextra -Wpedantic $<IF:$<BOOL:${FLORIN_UNITY}>,-Wshadow=local,-Wshadow> -Wconversion -Wno-sign-conversion -Wswitch-enum -Werror
  # false positives of g++ 12: coroutine frame recycling, and std::variant/optional at -O2
  -Wno-mismatched-new-delete -Wno-maybe-uninitialized)

# florin_uses_asio(target): ThreadSanitizer knows no fences; what Asio orders with them, its mutexes order, too.
function(florin_uses_asio target)
  if(FLORIN_THREAD_SANITIZE)
    target_compile_definitions(${target} PRIVATE BOOST_ASIO_DISABLE_FENCED_BLOCK)
  endif()
endfunction()

# florin_library(name SOURCES... ) with DEPENDS and ALONE (florin_unity): a target named florin_<folder>, included as "<folder>/...".
function(florin_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS;PRIVATE_DEPENDS;ALONE" ${ARGN})
  add_library(florin_${name} STATIC ${arg_SOURCES})
  target_include_directories(florin_${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(florin_${name} PUBLIC ${arg_DEPENDS} PRIVATE florin_warnings ${arg_PRIVATE_DEPENDS})
  florin_unity(florin_${name} ALONE ${arg_ALONE})
endfunction()
