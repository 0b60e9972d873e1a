# Files that are compiled together: for the programs and their tests, and for the fuzz targets.
option(FLORIN_UNITY "Compile the files of a folder together: a third of the time of a whole build" ON)

# florin_unity(target ALONE file...): the files of a folder become one compilation (eight at most, in the order of their
# names), so that what all of them include is read and generated once. Names in anonymous namespaces must differ within
# a folder; ALONE names the files where they do not. -DFLORIN_UNITY=OFF compiles every file alone.
function(florin_unity target)
  cmake_parse_arguments(arg "" "" "ALONE" ${ARGN})
  if(NOT FLORIN_UNITY)
    return()
  endif()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  get_target_property(sources ${target} SOURCES)
  foreach(source ${sources})
    cmake_path(ABSOLUTE_PATH source NORMALIZE)
    cmake_path(RELATIVE_PATH source BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} OUTPUT_VARIABLE name)
    if(name IN_LIST arg_ALONE)
      continue()
    endif()
    cmake_path(GET name PARENT_PATH folder)
    string(MAKE_C_IDENTIFIER "in_${folder}" folder)
    math(EXPR part "0${files_in_${folder}} / 8")
    math(EXPR files_in_${folder} "0${files_in_${folder}} + 1")
    set_property(SOURCE ${source} PROPERTY UNITY_GROUP ${folder}_${part})
  endforeach()
endfunction()
