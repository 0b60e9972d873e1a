# The consensus engine's Go part as a static archive: target florin_raft_archive. One archive for each build
# directory; sources and Go's cache are shared, so a second build directory takes seconds. No network at build time:
# tools/go_sources runs once, at configuration.
find_program(FLORIN_GO go)
find_program(FLORIN_CC NAMES gcc cc)
if(NOT FLORIN_GO OR NOT FLORIN_CC)
  message(FATAL_ERROR "Go is missing. As root: apt-get install --no-install-recommends golang-go. "
    "Or build without clusters: -DFLORIN_CLUSTER=OFF")
endif()
set(FLORIN_GO_DIRECTORY ${CMAKE_SOURCE_DIR}/build/go CACHE PATH "where tools/go_sources unpacks, and Go's cache")
set(FLORIN_GOPATH "" CACHE PATH "GOPATH with go.etcd.io/etcd/raft; empty: tools/go_sources fetches it")
if(FLORIN_GOPATH)
  set(gopath ${FLORIN_GOPATH})
else()
  execute_process(COMMAND ${CMAKE_SOURCE_DIR}/tools/go_sources ${FLORIN_GO_DIRECTORY}
    RESULT_VARIABLE result ERROR_VARIABLE why)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${why}")
  endif()
  set(gopath ${FLORIN_GO_DIRECTORY}/usr/share/gocode)
endif()

set(cgo_flags "-O2 -g1")
if(FLORIN_THREAD_SANITIZE)
  string(APPEND cgo_flags " -fsanitize=thread")  # Go then tells it what its own locks order
endif()
set(glue ${CMAKE_SOURCE_DIR}/cluster/consensus/glue)
set(archive ${CMAKE_BINARY_DIR}/libflorin_raft.a)
file(GLOB glue_sources CONFIGURE_DEPENDS ${glue}/*.go)
add_custom_command(OUTPUT ${archive}
  BYPRODUCTS ${CMAKE_BINARY_DIR}/libflorin_raft.h
  COMMAND ${CMAKE_COMMAND} -E env GO111MODULE=off GOENV=off GOFLAGS=-trimpath GOPATH=${gopath}
    GOCACHE=${FLORIN_GO_DIRECTORY}/cache CC=${FLORIN_CC} CGO_ENABLED=1 "CGO_CFLAGS=${cgo_flags}"
    "CGO_LDFLAGS=${cgo_flags}"
    ${FLORIN_GO} build -buildmode=c-archive -o ${archive} .
  WORKING_DIRECTORY ${glue}
  DEPENDS ${glue_sources}
  COMMENT "Go archive of the consensus engine"
  VERBATIM)
add_custom_target(florin_raft_build DEPENDS ${archive})
add_library(florin_raft_archive STATIC IMPORTED GLOBAL)
set_target_properties(florin_raft_archive PROPERTIES IMPORTED_LOCATION ${archive})
set_property(TARGET florin_raft_archive PROPERTY INTERFACE_LINK_LIBRARIES Threads::Threads)
add_dependencies(florin_raft_archive florin_raft_build)
