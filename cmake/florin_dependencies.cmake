# Third parties, all from Debian 12's packages (tools/packages.txt). Debian's CAF, LMDB, xxHash, msgpack and
# prometheus-cpp ship no usable CMake files, so their targets are made here.
find_package(Threads REQUIRED)
find_package(spdlog REQUIRED)
find_package(simdjson REQUIRED)
find_package(CLI11 REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(CURL REQUIRED)
find_package(tsl-robin-map REQUIRED)

function(florin_system_library target header library)
  find_path(${target}_INCLUDE ${header} REQUIRED)
  find_library(${target}_LIBRARY ${library} REQUIRED)
  add_library(third_party::${target} UNKNOWN IMPORTED GLOBAL)
  set_target_properties(third_party::${target} PROPERTIES
    IMPORTED_LOCATION ${${target}_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${${target}_INCLUDE})
endfunction()

florin_system_library(caf caf/all.hpp caf_core)
set_property(TARGET third_party::caf APPEND PROPERTY INTERFACE_LINK_LIBRARIES Threads::Threads)
florin_system_library(lmdb lmdb.h lmdb)
florin_system_library(xxhash xxhash.h xxhash)
florin_system_library(prometheus prometheus/registry.h prometheus-cpp-core)

add_library(third_party_headers INTERFACE)
add_library(third_party::headers ALIAS third_party_headers)  # msgpack, Boost, rapidjson, toml11: in /usr/include

# Messages and rows are allocated on one thread and freed on another: mimalloc is made for that. Sanitizers
# bring their own.
add_library(third_party_allocator INTERFACE)
add_library(third_party::allocator ALIAS third_party_allocator)
if(NOT FLORIN_SANITIZE AND NOT FLORIN_THREAD_SANITIZE)
  find_library(FLORIN_MIMALLOC mimalloc REQUIRED)
  target_compile_definitions(third_party_allocator INTERFACE FLORIN_MIMALLOC)
  target_link_libraries(third_party_allocator INTERFACE
    -Wl,--push-state,--no-as-needed ${FLORIN_MIMALLOC} -Wl,--pop-state)
endif()
